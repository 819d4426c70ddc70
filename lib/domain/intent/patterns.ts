/** The ARN of an EKS cluster. Region and partition go together; the name's rule is that of EKS. */
export const ARN_PATTERN =
  /^arn:(?:aws:eks:(?!cn-|us-gov-)|aws-cn:eks:(?=cn-)|aws-us-gov:eks:(?=us-gov-))[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:cluster\/[0-9A-Za-z][\w-]{0,99}$/

/** A namespace, or a glob of namespaces. */
export const GLOB_PATTERN = /^[-a-z0-9*?]{1,63}$/

/** The key of a Kubernetes label, with or without a prefix. */
export const LABEL_KEY_PATTERN = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

/** The value of a Kubernetes label; may be empty. */
export const LABEL_VALUE_PATTERN = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

/** A host name. The last part has a letter, so that no IP address is taken for one. */
export const HOST_PATTERN =
  /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?\.)*(?=[^.]*[A-Za-z])[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?$/

/** What `parseCadence` reads. Spelt out, since patterns in JSON Schema know no flag for case. */
export const EVERY_PATTERN =
  /^(?:[Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]|[Ss][Uu][Nn]|[Dd][Aa][Ii][Ll][Yy]|[Mm][Oo][Nn][Tt][Hh][Ll][Yy]) +(?:[01]\d|2[0-3]):[0-5]\d$/

/** An environment's id, or a glob of ids. */
export const ENVIRONMENT_GLOB_PATTERN = /^[-a-z0-9*?]{1,63}\/[-a-z0-9*?]{1,63}$/

/** What a node group, an Auto Scaling group or a NodePool may be called. */
export const POOL_PATTERN = /^[^\s](?:.{0,253}[^\s])?$/

/** The name of a CRD: plural and group. */
export const CRD_PATTERN = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)+$/

/** The name of an object, with or without its namespace. */
export const OBJECT_PATTERN = /^(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\/)?[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/

/** The name of a workload or a glob of names, with or without its kind. */
export const WORKLOAD_GLOB_PATTERN = /^(?:[A-Za-z][A-Za-z0-9.]{0,100}\/)?[-a-z0-9.*?]{1,253}$/

/** A part of a `User-Agent`: one that is a letter long would be in all of them. */
export const AGENT_PATTERN = /^[ -~]{3,100}$/

/** A path of a URL, or a glob of paths. */
export const PATH_PATTERN = /^\/[!-~]{0,199}$/

/** The name of a header (RFC 9110, 5.1), alone or with a part of its value. */
export const HEADER_PATTERN = /^[-!#$%&'*+.^_`|~0-9A-Za-z]{1,60}(?: *: *[!-~][ -~]{0,99})?$/

/** The name of a target group. Rule: Elastic Load Balancing, CreateTargetGroup. */
export const TARGET_GROUP_PATTERN = /^[A-Za-z0-9](?:[-A-Za-z0-9]{0,30}[A-Za-z0-9])?$/

/** The ARN of a target group. */
export const TARGET_GROUP_ARN_PATTERN = /^arn:aws[-a-z]*:elasticloadbalancing:[-a-z0-9]+:\d{12}:targetgroup\/[-A-Za-z0-9]{1,32}\/[0-9a-f]{16}$/

/** The name of a Kubernetes object that may have dots. */
export const OBJECT_NAME_PATTERN = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/

/** CPU as Kubernetes writes it. */
export const CPU_PATTERN = /^\d{1,6}(?:m|\.\d{1,3})?$/

/** The address of a Prometheus. What is secret does not stand in it. */
export const PROMETHEUS_URL_PATTERN = /^https?:\/\/[A-Za-z0-9.:[\]-]{1,253}(?:\/[^\s?#]{0,500})?$/

/** A workspace of Amazon Managed Prometheus by its id or its ARN. */
export const WORKSPACE_PATTERN = /^(?:arn:aws(?:-cn|-us-gov)?:aps:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:workspace\/)?ws-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A parameter that the workers may read. */
export const SECRET_PARAMETER_PATTERN = /^ssm:\/catnap(?:\/[A-Za-z0-9_.-]{1,100}){1,10}$/

/** A parameter that `observe` may read. */
export const TOKEN_PARAMETER_PATTERN = /^ssm:\/catnap\/prometheus[A-Za-z0-9_.-]{0,100}(?:\/[A-Za-z0-9_.-]{1,100}){0,9}$/

/** A topic that the workers may publish to. */
export const TOPIC_PATTERN = /^arn:aws(?:-cn|-us-gov)?:sns:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:catnap-[A-Za-z0-9_-]{1,249}$/

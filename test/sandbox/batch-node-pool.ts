/** Karpenter's NodePool `batch`, as YAML that ends in the spec of its template. */
export const BATCH_NODE_POOL = `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: batch }
spec:
  limits: { cpu: 20 }
  template:
    metadata: { labels: { workload: batch } }
    spec:
      requirements:
        - { key: node.kubernetes.io/instance-type, operator: In, values: [m5.large] }
        - { key: topology.kubernetes.io/zone, operator: In, values: [us-east-1a, us-east-1b] }
`

import { describe, expect, it } from 'vitest'
import { type Problem, readIntentFile } from '../../lib/adapters/yaml/intent-file.ts'
import { parseEnvironmentId } from '../../lib/domain/intent/environment-id.ts'
import { intentText } from './intent-file.ts'

const problemsOf = (text: string): readonly Problem[] => {
  const read = readIntentFile(text)
  return 'problems' in read ? read.problems : []
}

/** The problems of the sample intent once it was spoilt: `line:column found → expected → hint`. */
const spoilt = (...spoil: readonly (readonly [string, string])[]): readonly string[] =>
  problemsOf(intentText(spoil)).map(({ line, column, path, found, expected, hint }) =>
    [`${line}:${column} ${path}`, found, expected, ...(hint === undefined ? [] : [hint])].join(' → '),
  )

describe('an intent that is fine', () => {
  it('is read with its defaults', () => {
    const read = readIntentFile(intentText())

    expect(read).toMatchObject({
      intent: {
        mode: 'observe',
        clusters: { 'us-dev': { mode: 'act', whole: false }, 'eu-dev': { whole: true } },
        environments: { 'eu-dev/shop': { hours: 'never', wake: { hosts: [], by: 'click', stayAwake: '2h' } } },
      },
    })
  })

  it('needs clusters and environments only', () => {
    expect(readIntentFile('clusters: {}\nenvironments: {}\n')).toEqual({
      intent: { mode: 'observe', timezone: 'UTC', holidays: [], clusters: {}, environments: {}, protect: [], reports: {} },
    })
  })

  it('counts less than a request a minute as idle when nothing else is said', () => {
    const read = readIntentFile(intentText([['idle: { after: 45m, requests: { below: 1/min } }', 'idle: { after: 45m }']]))

    expect(read).toMatchObject({ intent: { environments: { 'us-dev/checkout': { idle: { after: '45m', requests: { below: '1/min' } } } } } })
  })

  it('may say the same namespace in two clusters, and use anchors', () => {
    const shared = intentText([
      ['hours: Mon-Fri 08:00-19:00', 'hours: &office Mon-Fri 08:00-19:00'],
      ['hours: never', 'hours: *office'],
    ])

    expect(readIntentFile(shared)).toMatchObject({ intent: { environments: { 'eu-dev/shop': { hours: 'Mon-Fri 08:00-19:00' } } } })
  })

  it('may take keys of other mappings over, its own before theirs and the first before the next', () => {
    const merged = intentText([
      ['    hours: Mon-Fri 08:00-19:00\n', '    hours: Mon-Fri 08:00-19:00\n    sleep: &sleep { jobs: { finishWithin: 10m }, waveTimeout: 7m }\n'],
      ['    hours: never\n', '    hours: never\n    sleep: { <<: [{ jobs: { finishWithin: 20m } }, *sleep], daemonSets: true }\n'],
    ])

    expect(readIntentFile(merged)).toMatchObject({ intent: { environments: { 'eu-dev/shop': { sleep: { jobs: { finishWithin: '20m' }, waveTimeout: '7m', daemonSets: true } } } } })
  })

  it('may use one anchor for all environments of a large fleet', () => {
    const many = Array.from({ length: 300 }, (_, index) => `  us-dev/e${index}: { namespaces: [e${index}], hours: ${index === 0 ? '&office never' : '*office'} }\n`).join('')

    expect(readIntentFile(intentText([['  us-dev/batch:', `${many}  us-dev/batch:`]]))).toMatchObject({ intent: { environments: { 'us-dev/e299': { hours: 'never' } } } })
  })

  it.each(['arn:aws-cn:eks:cn-north-1:111122223333:cluster/dev', 'arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/dev_2'])(
    'may lie in another partition: %s',
    (arn) => {
      expect(spoilt(['arn:aws:eks:eu-west-1:111122223333:cluster/dev', arn])).toEqual([])
    },
  )
})

describe('a mistake in an intent', () => {
  it.each<readonly [what: string, found: string, replacement: string, problem: string]>([
    ['an unknown key', 'mode: observe', 'mod: observe', '1:1 mod → unknown key "mod" → one of mode, timezone, holidays, clusters, environments, protect, contact, notify, reports → did you mean "mode"?'],
    ['an unknown key deep down', 'by: click', 'bye: click', '21:52 environments.us-dev/checkout.wake.bye → unknown key "bye" → one of hosts, by, stayAwake, ignore, front, targetGroup, wakeTargetGroup, ingress → did you mean "by"?'],
    ['an unknown mode', 'mode: observe', 'mode: obsrve', '1:7 mode → "obsrve" → observe or act → did you mean "observe"?'],
    ['an unknown zone', 'Europe/Paris', 'Europe/Pariss', '2:11 timezone → zone "Europe/Pariss" → an IANA time zone such as Europe/Paris → did you mean "Europe/Paris"?'],
    ['a date that is not in the calendar', '2027-01-01', '2027-02-29', '3:24 holidays[1] → "2027-02-29" → a calendar date such as 2026-12-25'],
    ['a holiday twice', '2027-01-01', '2026-12-25', '3:24 holidays[1] → "2026-12-25" again → each date once'],
    ['an ARN with a short account', 'us-east-1:111122223333', 'us-east-1:11112222333', '7:10 clusters.us-dev.arn → "arn:aws:eks:us-east-1:11112222333:cluster/us-dev" → the ARN of an EKS cluster such as arn:aws:eks:us-east-1:111122223333:cluster/us-dev'],
    ['an ARN of another service', 'arn:aws:eks:eu', 'arn:aws:ecs:eu', '12:10 clusters.eu-dev.arn → "arn:aws:ecs:eu-west-1:111122223333:cluster/dev" → the ARN of an EKS cluster such as arn:aws:eks:us-east-1:111122223333:cluster/us-dev'],
    ['a region of another partition', 'eks:eu-west-1', 'eks:cn-north-1', '12:10 clusters.eu-dev.arn → "arn:aws:eks:cn-north-1:111122223333:cluster/dev" → the ARN of an EKS cluster such as arn:aws:eks:us-east-1:111122223333:cluster/us-dev'],
    ['one cluster under two names', 'arn:aws:eks:eu-west-1:111122223333:cluster/dev', 'arn:aws:eks:us-east-1:111122223333:cluster/us-dev', '12:10 clusters.eu-dev.arn → "arn:aws:eks:us-east-1:111122223333:cluster/us-dev" → a cluster that is named once → us-dev is the same cluster: two names would let two environments share its namespaces'],
    ['an empty pool in a cluster that is not whole', 'keep: 1', 'keep: 0', '10:33 clusters.us-dev.pools.standard-workers.keep → 0 → at least 1 node → with whole: true the cluster us-dev may sleep to no node at all'],
    ['half a node', 'keep: 1', 'keep: 1.5', '10:33 clusters.us-dev.pools.standard-workers.keep → 1.5 → a whole number of nodes, 0 or more'],
    ['an unknown cluster', 'us-dev/batch', 'us-dv/batch', '22:3 environments.us-dv/batch → cluster "us-dv" → a cluster named under clusters: us-dev, eu-dev → did you mean "us-dev"?'],
    ['an id without a cluster', 'us-dev/batch', 'batch', '22:3 environments.batch → "batch" → cluster/name, as in us-dev/checkout'],
    ['a namespace that another environment has', 'namespaceSelector: { matchLabels: { catnap: nightly } }', 'namespaces: [batch, checkout]', '23:25 environments.us-dev/batch.namespaces[1] → namespace "checkout" → a namespace that is in no other environment → us-dev/checkout has it already'],
    ['a namespace that is named twice', '[checkout, checkout-jobs]', '[checkout, checkout]', '18:28 environments.us-dev/checkout.namespaces[1] → namespace "checkout" again → each namespace once'],
    ['a host that is named twice', '[checkout.staging.example.com]', '[a.example.com, A.example.com]', '21:36 environments.us-dev/checkout.wake.hosts[1] → host "A.example.com" again → each host once'],
    ['a protected namespace', 'checkout-jobs', 'checkout-prod', '18:28 environments.us-dev/checkout.namespaces[1] → namespace "checkout-prod" → a namespace that is not protected by "*-prod" → take it out here, or narrow the entry under protect'],
    ['a namespace of Kubernetes itself', 'checkout-jobs', 'kube-system', '18:28 environments.us-dev/checkout.namespaces[1] → namespace "kube-system" → a namespace that is not protected by "kube-*" → the namespaces of Kubernetes itself always are'],
    ['a selector that another environment has', 'namespaces: [checkout, checkout-jobs]', 'namespaceSelector: { matchLabels: { catnap: nightly } }', '23:39 environments.us-dev/batch.namespaceSelector.matchLabels → labels that another environment selects by → labels that select other namespaces → us-dev/checkout has these already'],
    ['a namespace that another environment selects by its name', '{ catnap: nightly }', '{ kubernetes.io/metadata.name: checkout }', '23:70 environments.us-dev/batch.namespaceSelector.matchLabels.kubernetes.io/metadata.name → namespace "checkout" → a namespace that is in no other environment → us-dev/checkout has it already'],
    ['a protected namespace that is selected by its name', '{ catnap: nightly }', '{ team: a, kubernetes.io/metadata.name: shop-prod }', '23:79 environments.us-dev/batch.namespaceSelector.matchLabels.kubernetes.io/metadata.name → namespace "shop-prod" → a namespace that is not protected by "*-prod" → take it out here, or narrow the entry under protect'],
    ['a namespace of Kubernetes itself that is selected by its name', '{ catnap: nightly }', '{ kubernetes.io/metadata.name: kube-system }', '23:70 environments.us-dev/batch.namespaceSelector.matchLabels.kubernetes.io/metadata.name → namespace "kube-system" → a namespace that is not protected by "kube-*" → the namespaces of Kubernetes itself always are'],
    ['neither namespaces nor a selector', '    namespaceSelector: { matchLabels: { catnap: nightly } }\n', '', '22:3 environments.us-dev/batch → neither namespaces nor namespaceSelector → one of the two'],
    ['both namespaces and a selector', 'namespaceSelector:', 'namespaces: [b]\n    namespaceSelector:', '22:3 environments.us-dev/batch → both namespaces and namespaceSelector → one of the two'],
    ['a selector that selects everything', '{ catnap: nightly }', '{}', '23:39 environments.us-dev/batch.namespaceSelector.matchLabels → a mapping → at least one label: without one every namespace would match'],
    ['no hours', '    hours: never\n', '', '25:3 environments.eu-dev/shop.hours → nothing → hours such as Mon-Fri 08:00-19:00, or always, or never'],
    ['a day nobody knows, at its place in the text', 'Mon-Fri 08', 'Mon-Fry 08', '19:16 environments.us-dev/checkout.hours → "Fry" → a day Mon, Tue, Wed, Thu, Fri, Sat or Sun → did you mean "Fri"?'],
    ['a place inside quotes', 'Mon-Fri 08:00-19:00', '"Mon-Fri 08:00-08:00"', '19:21 environments.us-dev/checkout.hours → 08:00-08:00 → an end that differs from the start → for the whole day write 00:00-24:00'],
    ['idleness of too short a time', 'after: 45m', 'after: 4m', '20:20 environments.us-dev/checkout.idle.after → "4m" → at least 5m and at most 7d'],
    ['a time without a unit', 'after: 45m', 'after: 45', '20:20 environments.us-dev/checkout.idle.after → 45 → a duration such as 45m, 2h, 1h30m or 3d'],
    ['CPU of no unit that is known', 'requests: { below: 1/min }', 'cpu: { below: 50% }', '20:39 environments.us-dev/checkout.idle.cpu.below → "50%" → CPU such as 50m or 0.5'],
    ['network of no time', 'requests: { below: 1/min }', 'network: { below: 10KiB }', '20:43 environments.us-dev/checkout.idle.network.below → "10KiB" → a rate of bytes such as 10KiB/s'],
    ['a query asked nowhere', 'requests: { below: 1/min }', 'prometheus: { query: up, below: 1 }', '20:37 environments.us-dev/checkout.idle.prometheus → a mapping → either url or workspace'],
    ['a token in the clear', 'requests: { below: 1/min }', 'prometheus: { query: up, below: 1, url: "http://prometheus", token: "ssm:/catnap/prometheus" }', '20:37 environments.us-dev/checkout.idle.prometheus → a mapping → a token only for a url with https://'],
    ['a warning to nobody', '    idle: {', '    warn: 15m\n    idle: {', '20:11 environments.us-dev/checkout.warn → a warning that goes nowhere → somebody to tell → name a channel under notify, here or at the top'],
    ['a secret itself', '    idle: {', '    notify: { slack: { webhook: "https://hooks.slack.com/x" } }\n    idle: {', '20:33 environments.us-dev/checkout.notify.slack.webhook → "https://hooks.slack.com/x" → an SSM parameter such as ssm:/catnap/slack'],
    ['a rate nothing is below', 'below: 1/min', 'below: 0/min', '20:44 environments.us-dev/checkout.idle.requests.below → "0/min" → more than 0: nothing is below 0'],
    ['a stay of no time', 'stayAwake: 2h', 'stayAwake: 0h', '21:74 environments.us-dev/checkout.wake.stayAwake → "0h" → longer than 0 and at most 7d'],
    ['a stay for ever', 'stayAwake: 2h', 'stayAwake: 8d', '21:74 environments.us-dev/checkout.wake.stayAwake → "8d" → longer than 0 and at most 7d'],
    ['a path of nothing', 'stayAwake: 2h', 'ignore: { paths: [status] }', '21:81 environments.us-dev/checkout.wake.ignore.paths[0] → "status" → a path such as /status or /internal/*'],
    ['an agent that is in all', 'stayAwake: 2h', 'ignore: { agents: [a] }', '21:82 environments.us-dev/checkout.wake.ignore.agents[0] → "a" → a part of a User-Agent of 3 characters or more'],
    ['a header without a name', 'stayAwake: 2h', 'ignore: { headers: [": yes"] }', '21:83 environments.us-dev/checkout.wake.ignore.headers[0] → ": yes" → a header such as X-Probe or X-Probe: yes'],
    ['an address for a host', 'checkout.staging.example.com', '10.0.0.1', '21:21 environments.us-dev/checkout.wake.hosts[0] → "10.0.0.1" → a host name such as checkout.staging.example.com, without scheme, port or path'],
    ['a host of two environments', 'hours: never', 'hours: never\n    wake: { hosts: [Checkout.staging.example.com] }', '28:21 environments.eu-dev/shop.wake.hosts[0] → host "Checkout.staging.example.com" → a host that wakes one environment → us-dev/checkout has it already'],
    ['a front of no such name', 'stayAwake: 2h', 'front: nlb', '21:70 environments.us-dev/checkout.wake.front → "nlb" → alb, lbc, ingress or link → did you mean "alb"?'],
    ['a front with nobody to lead', 'hosts: [checkout.staging.example.com]', 'front: lbc', '21:20 environments.us-dev/checkout.wake.front → front "lbc" and no hosts → hosts to lead → name them under hosts, or say front: link'],
    ['a target group of another front', 'stayAwake: 2h', 'front: lbc, targetGroup: shop', '21:75 environments.us-dev/checkout.wake.targetGroup → targetGroup with front "lbc" → front: alb'],
    ['an Ingress where the balancer leads', 'stayAwake: 2h', 'ingress: web', '21:63 environments.us-dev/checkout.wake.ingress → ingress with front "alb" → front: lbc or ingress'],
    ['a target group that is none', 'stayAwake: 2h', 'front: lbc, wakeTargetGroup: shop', '21:92 environments.us-dev/checkout.wake.wakeTargetGroup → "shop" → the ARN of a target group such as arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/catnap-wake/6d0ecf831eec9f09'],
    ['a glob with more than * and ?', '"*-prod"', '"[a-z]-prod"', '29:11 protect[0] → "[a-z]-prod" → a namespace or a glob with * and ?, as in *-prod'],
    ['no email address', 'finops@example.com', 'finops', '32:18 reports.finops.to[0] → "finops" → an email address'],
    ['a report at no time', 'every: Mon 08:00', 'every: Monday', '32:46 reports.finops.every → "Monday" → a day and a time such as Mon 08:00, daily 08:00 or monthly 08:00'],
    ['a report that names itself badly', 'finops: {', 'Fin Ops: {', '32:3 reports.Fin Ops → "Fin Ops" → a name for the report: lower-case letters, digits and "-", at most 63, as in checkout'],
    ['an unknown key in a report', 'every: Mon', 'evry: Mon', '32:39 reports.finops.evry → unknown key "evry" → one of to, every, environments → did you mean "every"?'],
    ['a report on no environment', 'every: Mon 08:00', 'every: Mon 08:00, environments: []', '32:71 reports.finops.environments → a list → at least one environment or glob; without the key the report tells of the whole fleet'],
    ['a report on an environment that is not there', 'every: Mon 08:00', 'every: Mon 08:00, environments: [us-dev/*, us-dev/chekout]', '32:82 reports.finops.environments[1] → "us-dev/chekout" → an environment of this file, or a glob that matches one → did you mean "us-dev/checkout"?'],
    ['a report on environments without a cluster', 'every: Mon 08:00', 'every: Mon 08:00, environments: ["*"]', '32:72 reports.finops.environments[0] → "*" → cluster/name or a glob of it with * and ?, as in us-dev/*'],
    ['more recipients than a mail may have', '[finops@example.com]', `[${Array.from({ length: 51 }, (_, index) => `a${index}@example.com`).join(', ')}]`, '32:17 reports.finops.to → a list → at most 50 addresses: SES takes no more in one mail'],
  ])('is %s', (_, found, replacement, problem) => {
    expect(spoilt([found, replacement])).toEqual([problem])
  })

  it('is a selector that another environment of the cluster has, whatever the order of its labels', () => {
    const selector = 'namespaceSelector: { matchLabels: { catnap: nightly, team: a } }'
    const clash: readonly [string, string] = ['{ catnap: nightly }', '{ team: a, catnap: nightly }']

    expect(spoilt(['namespaces: [checkout, checkout-jobs]', selector], clash)).toEqual([expect.stringContaining('us-dev/checkout has these already')])
    expect(spoilt(['namespaces: [checkout]\n', `${selector}\n`], clash)).toEqual([])
  })

  it('is a namespace of the cluster itself that an environment selects by its name', () => {
    const problems = spoilt(['whole: true', 'whole: true\n    system: [karpenter]'], ['namespaces: [checkout]\n', 'namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: karpenter } }\n'])

    expect(problems).toEqual(['14:14 clusters.eu-dev.system[0] → namespace "karpenter" → a namespace that is in no environment → eu-dev/shop has it already'])
  })

  it('is told together with all others, in the order of the lines, also under a key that is wrong itself', () => {
    const problems = spoilt(
      ['mode: observe', 'mode: watch'],
      ['us-dev/batch', 'Batch'],
      ['Mon-Sun 20:00-06:00', 'Mon-Son 20:00-20:00'],
      ['hours: never', 'hours: 7'],
      ['[checkout]', '[kube-public]'],
      ['keep: 1', 'keep: 0'],
    )

    expect(problems.map((problem) => problem.split(' → ')[0])).toEqual([
      '1:7 mode',
      '10:33 clusters.us-dev.pools.standard-workers.keep',
      '22:3 environments.Batch',
      '24:16 environments.Batch.hours',
      '26:18 environments.eu-dev/shop.namespaces[0]',
      '27:12 environments.eu-dev/shop.hours',
    ])
  })
})

describe('a file that is no intent', () => {
  it.each<readonly [what: string, text: string, problem: Partial<Problem>]>([
    ['is empty', '', { line: 1, column: 1, found: 'nothing' }],
    ['is a list', '- a\n', { line: 1, column: 1, found: 'a list' }],
    ['has a bracket that is not closed', 'clusters: {}\nholidays: [2026-12-25\nmode: act\n', { line: 3, column: 1, expected: 'valid YAML' }],
    ['has a quote that is not closed', 'mode: "act\n', { line: 2, column: 1, expected: 'valid YAML' }],
    ['is indented with a tab', 'clusters:\n\tdev: {}\n', { line: 2, column: 1, hint: 'indent with spaces, YAML allows no tabs' }],
    ['has a key twice', 'clusters: {}\nenvironments: {}\nclusters: {}\n', { line: 3, column: 1, found: 'the key clusters again' }],
    ['has a key twice in braces', 'clusters: { a: 1, b: 2, "a": 3 }\nenvironments: {}\n', { line: 1, column: 25, found: 'the key "a" again' }],
    ['has a key that YAML reads as nothing', 'clusters: {}\nenvironments:\n  a/x: {}\n  null: {}\n', { line: 4, column: 3, found: 'nothing as a key', expected: 'a key that is a text' }],
    ['has no key before a colon', 'clusters: {}\nenvironments:\n  : {}\n', { line: 3, column: 5, found: 'nothing as a key' }],
    ['has a list for a key', 'clusters: {}\nenvironments:\n  ? [a, b]\n  : {}\n', { line: 3, column: 5, found: 'a list as a key' }],
    ['has a mapping for a key', 'clusters: {}\nenvironments: { { a: b }: {} }\n', { line: 2, column: 17, found: 'a mapping as a key' }],
    ['names an anchor within itself', 'clusters: &c { a: *c }\nenvironments: {}\n', { line: 1, column: 19, found: 'alias *c in what it stands for' }],
    ['takes keys from what has none', 'clusters:\n  a: { <<: b }\nenvironments: {}\n', { line: 2, column: 12, found: 'something under << that is no mapping' }],
    ['names an anchor that is not there', 'clusters: *c\nenvironments: {}\n', { line: 1, column: 11, found: 'alias *c' }],
    ['holds two documents', 'clusters: {}\n---\nenvironments: {}\n', { line: 2, column: 1, found: 'a second document', expected: 'one document', hint: 'an intent is one: take the --- out, or keep what follows in a file of its own' }],
  ])('is told where it %s', (_, text, problem) => {
    expect(problemsOf(text)).toContainEqual(expect.objectContaining(problem))
  })

  it('is refused when its aliases would unfold to more than memory holds', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefg'.charAt(index)}, `.repeat(9)}]`)]

    expect(problemsOf(bomb.join('\n'))).toEqual([expect.objectContaining({ expected: 'aliases that unfold to a file of sensible size' })])
  })
})

describe('the id of an environment', () => {
  it('is cluster and name', () => {
    expect(parseEnvironmentId('us-dev/checkout')).toEqual({ cluster: 'us-dev', name: 'checkout' })
  })

  it.each(['checkout', 'us-dev/', '/checkout', 'us-dev/a/b', 'US/a', `a/${'b'.repeat(64)}`])('is not %s', (id) => {
    expect(parseEnvironmentId(id)).toBeUndefined()
  })
})

/** The text of an intent that is fine, to be spoilt by tests one piece at a time. */
export const intentText = (spoil: readonly (readonly [found: string, replacement: string])[] = []): string =>
  spoil.reduce((text, [found, replacement]) => {
    if (!text.includes(found)) throw new Error(`nothing to spoil: the intent has no "${found}"`)
    return text.replace(found, replacement)
  }, INTENT)

const INTENT = `mode: observe
timezone: Europe/Paris
holidays: [2026-12-25, 2027-01-01]

clusters:
  us-dev:
    arn: arn:aws:eks:us-east-1:111122223333:cluster/us-dev
    mode: act
    pools:
      standard-workers: { keep: 1 }
  eu-dev:
    arn: arn:aws:eks:eu-west-1:111122223333:cluster/dev
    whole: true
    pools: { workers: { keep: 0 } }

environments:
  us-dev/checkout:
    namespaces: [checkout, checkout-jobs]
    hours: Mon-Fri 08:00-19:00
    idle: { after: 45m, requests: { below: 1/min } }
    wake: { hosts: [checkout.staging.example.com], by: click, stayAwake: 2h }
  us-dev/batch:
    namespaceSelector: { matchLabels: { catnap: nightly } }
    hours: Mon-Sun 20:00-06:00 America/New_York
  eu-dev/shop:
    namespaces: [checkout]
    hours: never

protect: ["*-prod"]

reports:
  finops: { to: [finops@example.com], every: Mon 08:00 }
`

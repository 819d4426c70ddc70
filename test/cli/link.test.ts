import { describe, expect, it } from 'vitest'
import { linkCommand } from '../../lib/cli/commands/link.ts'
import { linkTokenIn, readLinkToken } from '../../lib/domain/link.ts'
import { iso, later } from '../../lib/domain/time.ts'
import { checkLink } from '../../lib/use-cases/check-link.ts'
import { INTENT, NOW, operatorDesk } from './operator-desk.ts'

const desk = operatorDesk()
const SHOP = 'us-dev/shop'

const ready = async (intent?: string): Promise<void> => {
  await desk.deliver(intent)
  await desk.run(linkCommand, ['link', 'rotate'])
}
/** What the wake function makes of a printed link. */
const check = async (printed: string) => {
  const { linkKeys, registry } = desk.connection()
  const environment = await registry.environments.get(SHOP)
  if (environment === undefined) throw new Error('expected the shop')
  const query = new URL(printed.trim()).search.slice(1)
  return checkLink(linkKeys, { method: 'GET', path: '/', query, headers: {} }, environment, NOW)
}

describe('catnap link', () => {
  it('prints an address under the wake function and nothing else on standard output', async () => {
    await ready()
    const { code, out, err } = await desk.run(linkCommand, ['link', SHOP])
    expect(code).toBe(0)
    expect(out).toMatch(/^http:\/\/localhost:4780\/e\/us-dev\/shop\?catnap-link=[\w.-]+\n$/)
    expect(err).toBe('wakes it by its button; good until Mon 30 Nov 09:00 (Europe/Paris), or until: catnap link revoke us-dev/shop\n')
    expect(await check(out)).toEqual({ is: 'link', link: { environment: SHOP, deed: { do: 'wake' }, until: later(NOW, 7 * 86_400), series: 0 } })
  })

  it.each([
    [['--for', '2h', '--expires', '1d'], { do: 'stay', seconds: 7200 }, 86_400],
    [['--sleep', '--expires', '45m'], { do: 'sleep' }, 2700],
  ])('takes %j', async (args, deed, seconds) => {
    await ready()
    const { out } = await desk.run(linkCommand, ['link', SHOP, ...args, '--json'])
    expect(JSON.parse(out)).toMatchObject({ environment: SHOP, does: deed, until: iso(later(NOW, seconds)) })
    expect(await check((JSON.parse(out) as { url: string }).url)).toMatchObject({ is: 'link', link: { deed } })
  })

  it('takes an address of the wake function, and the host of the environment where it knows none', async () => {
    await ready()
    expect((await desk.run(linkCommand, ['link', SHOP, '--at', 'https://w.example/live'])).out).toMatch(/^https:\/\/w\.example\/live\/e\/us-dev\/shop\?catnap-link=/)
    process.env['CATNAP_WAKE_URL'] = ''
    expect((await desk.run(linkCommand, ['link', SHOP])).out).toMatch(/^https:\/\/shop\.example\.com\/\?catnap-link=/)
    const { code, err } = await desk.run(linkCommand, ['link', SHOP, '--for', '2h'])
    expect([code, err]).toEqual([1, 'error: no address for the link: found neither --at nor CATNAP_WAKE_URL, expected the output WakeUrl of the stack catnap-hub\n'])
  })

  it('says how to make the first key', async () => {
    await desk.deliver()
    const { code, err } = await desk.run(linkCommand, ['link', SHOP])
    expect([code, err]).toEqual([1, expect.stringContaining('found no SSM parameter /catnap/link-key in this account and region, expected a SecureString; make one with: catnap link rotate')])
  })

  it('refuses what no link can do, and an environment that is not there', async () => {
    await ready(INTENT.replace('by: click', 'by: off'))
    expect((await desk.run(linkCommand, ['link', SHOP])).err).toBe('error: no link wakes us-dev/shop: its intent says wake.by: off; expected anyone, click or signed\n')
    expect((await desk.run(linkCommand, ['link', 'us-dev/shup'])).err).toContain('did you mean "us-dev/shop"?')
  })

  it.each([[['--for', '8d']], [['--for', 'long']], [['--expires', '32d']], [['--expires', '0m']], [['--for', '2h', '--sleep']], [['--at', 'w.example']], [['--at', 'javascript:alert(1)']]])('ends with 2 when used wrongly: %j', async (args) => {
    const { code, err } = await desk.run(linkCommand, ['link', SHOP, ...args])
    expect(code).toBe(2)
    expect(err).toMatch(/^error: /)
  })
})

describe('catnap link revoke', () => {
  it('ends every link made before, of this environment alone, and says who did', async () => {
    await ready()
    const { out: old } = await desk.run(linkCommand, ['link', SHOP])
    const { code, out } = await desk.run(linkCommand, ['link', 'revoke', SHOP, '--by', 'ana'])
    expect([code, out]).toEqual([0, 'us-dev/shop: no link made before now is good any more; print a new one with: catnap link us-dev/shop\n'])
    expect(await check(old)).toEqual({ is: 'link-withdrawn' })
    expect(await check((await desk.run(linkCommand, ['link', SHOP])).out)).toMatchObject({ is: 'link', link: { series: 1 } })
    expect(await desk.connection().registry.history(SHOP, 1)).toMatchObject([{ what: 'request', text: 'its links were withdrawn by ana' }])
    expect(JSON.parse((await desk.run(linkCommand, ['link', 'revoke', SHOP, '--json'])).out)).toEqual({ environment: SHOP, withdrawn: 2 })
  })

  it('outlives a new delivery of the intent', async () => {
    await ready()
    await desk.run(linkCommand, ['link', 'revoke', SHOP])
    await desk.deliver(INTENT.replace('stayAwake: 2h', 'stayAwake: 3h'))
    expect((await desk.connection().registry.environments.get(SHOP))?.links).toBe(1)
  })
})

describe('catnap link rotate', () => {
  it('numbers the keys, and the new one signs', async () => {
    await desk.deliver()
    expect((await desk.run(linkCommand, ['link', 'rotate'])).out).toBe('key 1 signs from now on\n')
    const { out: before } = await desk.run(linkCommand, ['link', SHOP])
    expect((await desk.run(linkCommand, ['link', 'rotate'])).out).toBe('key 2 signs from now on; links of key 1 stay good, older ones do not\n')
    const { out: after } = await desk.run(linkCommand, ['link', SHOP])
    expect(readLinkToken(linkTokenIn(new URL(after.trim()).search.slice(1)) ?? '', SHOP)?.signature.key).toBe(2)
    expect([await check(before), await check(after)]).toMatchObject([{ is: 'link' }, { is: 'link' }])
    expect(JSON.parse((await desk.run(linkCommand, ['link', 'rotate', '--json'])).out)).toEqual({ key: 3 })
  })
})

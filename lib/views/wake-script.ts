/**
 * Keeps the page up to date in place where scripts run; without them it reloads itself. Asked for as a prefetch, so
 * that an open tab is never taken for somebody who comes. A reply that is not ours is the application: in we go.
 */
export const WAKE_SCRIPT = `
(() => {
  const again = () => setTimeout(look, 1000 * Number(document.body.dataset.again))
  const take = (fresh, id) => {
    const old = document.getElementById(id), now = fresh.getElementById(id)
    if (old.innerHTML === now.innerHTML) return
    const lost = old.contains(document.activeElement)
    old.innerHTML = now.innerHTML
    if (lost) document.querySelector('h1').focus()
  }
  const look = async () => {
    if (document.hidden) return again()
    try {
      const reply = await fetch(location.href, { headers: { accept: 'text/html', purpose: 'prefetch' }, cache: 'no-store', redirect: 'manual' })
      if (reply.headers.get('catnap-phase') === null) return location.reload()
      const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html')
      document.title = fresh.title
      for (const id of ['title', 'status', 'detail']) take(fresh, id)
      document.body.dataset.again = fresh.body.dataset.again ?? '15'
    } catch {}
    again()
  }
  again()
})()
`.trim()

/**
 * Keeps the console up to date in place: every two seconds the page is asked for again, and only parts whose HTML is
 * another are put in its place: `data-live` as a whole, the children of `data-list` one by one unless they have live parts
 * of their own. What has the focus, or a link or button of which is pointed at, is left until it has not. Buttons act without leaving the page; what is refused
 * is shown as it is without script.
 */
export const CONSOLE_SCRIPT = `
const SECONDS = 2
const find = (id) => document.getElementById(id)
const [updates, lost] = [find('updates'), find('lost')]
let held = false
let plain = false

const isBusy = (part) => part.contains(document.activeElement) || part.querySelector('a:hover, button:hover') !== null

const replace = (old, fresh) => {
  const scrolled = [...old.querySelectorAll('.scroll')].map((box) => box.scrollLeft)
  const now = document.importNode(fresh, true)
  old.replaceWith(now)
  now.querySelectorAll('.scroll').forEach((box, index) => { box.scrollLeft = scrolled[index] ?? 0 })
}

const take = (fresh, mine) => {
  const put = (old, now) => {
    if (old.outerHTML !== now.outerHTML && (old.id === mine || !isBusy(old))) replace(old, now)
  }
  const lists = (root) => [...root.querySelectorAll('[data-list]')]
  if (lists(document).map(({ id }) => id).join() !== lists(fresh).map(({ id }) => id).join()) return location.reload()
  for (const now of fresh.querySelectorAll('[data-live]')) {
    const old = find(now.id)
    if (old !== null) put(old, now)
  }
  for (const list of lists(fresh)) {
    const here = find(list.id)
    const stay = new Set([...list.children].map(({ id }) => id))
    for (const old of [...here.children]) if (!stay.has(old.id) && !isBusy(old)) old.remove()
    ;[...list.children].forEach((now, index) => {
      const old = find(now.id)
      if (old === null) here.insertBefore(document.importNode(now, true), here.children[index] ?? null)
      else if (now.querySelector('[data-live]') === null) put(old, now)
    })
  }
}

const read = async (reply) => new DOMParser().parseFromString(await reply.text(), 'text/html')

const look = async () => {
  if (!held && !document.hidden) {
    try {
      const reply = await fetch('/', { headers: { accept: 'text/html' }, cache: 'no-store' })
      if (!reply.ok) throw new Error(reply.statusText)
      if (!held) take(await read(reply))
      lost.hidden = true
    } catch {
      lost.hidden = false
    }
  }
  setTimeout(look, 1000 * SECONDS)
}

const act = async (form, button) => {
  const part = form.closest('[id]')
  const place = [...part.querySelectorAll('button')].indexOf(button)
  try {
    const path = button.getAttribute('formaction') ?? form.getAttribute('action')
    const reply = await fetch(path, { method: 'POST', body: new URLSearchParams() })
    if (!reply.ok) throw new Error(reply.statusText)
    take(await read(reply), part.id)
    find(part.id)?.querySelectorAll('button')[place]?.focus()
  } catch {
    plain = true
    form.requestSubmit(button)
  }
}

document.addEventListener('submit', (event) => {
  if (plain || event.submitter === null) return
  event.preventDefault()
  void act(event.target, event.submitter)
})

updates.hidden = false
updates.addEventListener('click', () => {
  held = !held
  updates.setAttribute('aria-pressed', String(held))
})
setTimeout(look, 1000 * SECONDS)
`.trim()

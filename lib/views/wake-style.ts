/** The wake page's one stylesheet. Contrast is 7:1 or better in both schemes. */
export const WAKE_STYLE = `
:root{color-scheme:light dark;--ink:#1b1e28;--soft:#474c5c;--paper:#fff;--edge:#c9cedb;--ground:#f3f4f8;--act:#243fa8;--on-act:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#eceef5;--soft:#bcc2d3;--paper:#1b1e28;--edge:#474c5c;--ground:#11131a;--act:#b9c7ff;--on-act:#11131a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-content:center;grid-template-columns:minmax(0,38rem);padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
main{background:var(--paper);border:1px solid var(--edge);border-radius:.75rem;padding:clamp(1.25rem,5vw,2.5rem)}
h1{margin:0 0 .5rem;font-size:1.6rem;line-height:1.2;overflow-wrap:anywhere}
h2{margin:1.5rem 0 .5rem;font-size:1.05rem}
p{margin:.5rem 0}
code{font:.95em ui-monospace,monospace;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.35rem 1rem;margin:1.5rem 0 0}
dt,footer{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
@media (max-width:26rem){dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:.6rem}}
ol{margin:.75rem 0;padding-left:1.4rem}
li[aria-current]{font-weight:600}
progress{width:100%;height:.8rem;accent-color:var(--act)}
button{margin:1rem .5rem 0 0;padding:.75rem 1.5rem;min-height:2.75rem;border:0;border-radius:.5rem;background:var(--act);color:var(--on-act);font:inherit;font-weight:600;cursor:pointer}
button+button{background:none;color:var(--act);box-shadow:inset 0 0 0 2px}
a{color:var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:3px}
.problem{border-left:.3rem solid var(--act);padding-left:.75rem}
footer{padding:.75rem .25rem;font-size:.9rem}
@media (forced-colors:active){button{border:2px solid}}
`.trim()

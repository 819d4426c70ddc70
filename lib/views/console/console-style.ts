/** The console's one stylesheet. Text has a contrast of 4.5:1 or better in both schemes. */
export const CONSOLE_STYLE = `
:root{color-scheme:light dark;--ink:#1d2126;--soft:#565d66;--ground:#f7f6f2;--paper:#fffefb;--edge:#dfdcd3;--faint:#eceae3;--act:#17695a;--on-act:#fff;--area:#2f7f6e;--wash:#dcebe6}
@media (prefers-color-scheme:dark){:root{--ink:#e9e7e1;--soft:#a7adb5;--ground:#121518;--paper:#191d21;--edge:#343a41;--faint:#24292e;--act:#83d3c0;--on-act:#10201c;--area:#58ab98;--wash:#1e3a34}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);font:.875rem/1.4 -apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,system-ui,sans-serif;font-variant-numeric:tabular-nums}
.banner,main,footer{max-width:86rem;margin:0 auto;padding-inline:clamp(.75rem,2.2vw,1.75rem)}
h1,h2,h3,p,figure,ol,ul{margin:0;padding:0}
ol,ul{list-style:none}
h1{display:flex;align-items:center;gap:.4rem;font-size:1.2rem;letter-spacing:-.01em}
h1 svg{width:1.15rem;height:1.15rem;fill:var(--act)}
h2{font-size:1rem;letter-spacing:-.005em}
h3{font-size:.8125rem;font-weight:500;color:var(--soft)}
b{font-weight:600}
a{color:var(--act);text-underline-offset:.18em;text-decoration-thickness:1px}
code{font:.93em ui-monospace,SFMono-Regular,Menlo,monospace}
.soft,caption,.aside,.detail,.axis,footer,.empty,.what{color:var(--soft)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:.75rem;top:-4rem;padding:.5rem .9rem;background:var(--act);color:var(--on-act);border-radius:0 0 .4rem .4rem;z-index:2}
.skip:focus{top:0}
:focus-visible{outline:2px solid var(--act);outline-offset:2px}
.banner{display:flex;flex-wrap:wrap;align-items:center;gap:.35rem 1.5rem;padding-block:.8rem}
.banner nav{margin-left:auto}
.banner ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
.banner nav a{display:block;padding:.2rem 0;color:var(--soft);text-decoration:none}
.banner nav a:hover{color:var(--act);text-decoration:underline}
.banner #pause:empty{display:none}
.alarm{font-weight:600}
.alarm::before{content:"\\25B2\\00A0";color:var(--act)}
.figures{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));background:var(--paper);border:1px solid var(--edge);border-radius:.5rem}
.figure{padding:.75rem 1rem .85rem;min-width:0}
.figure+.figure{border-left:1px solid var(--edge)}
.value{font-size:1.95rem;line-height:1.15;font-weight:600;letter-spacing:-.025em}
#figure-now .value{color:var(--act)}
.unit{font-size:1rem;font-weight:500;letter-spacing:0}
.detail{font-size:.8125rem}
.detail b{color:var(--ink)}
.bar{display:block;width:100%;height:4px;margin-top:.45rem}
.bar .whole{fill:var(--faint)}
.bar .part{fill:var(--area)}
.board{display:grid;grid-template-columns:minmax(0,1fr) 23rem;gap:0 2.25rem;align-items:start}
.board>div{min-width:0}
section{min-width:0}
main section{padding-top:1.25rem}
main>section{padding-top:0}
.head{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 1rem;padding-bottom:.35rem;border-bottom:1px solid var(--ink)}
.aside{font-size:.8125rem}
.scroll{overflow-x:auto;position:relative}
table{width:100%;border-collapse:collapse}
caption{text-align:left;font-size:.8125rem;padding:.35rem 0}
.environments caption,.pools caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;vertical-align:baseline;padding:.26rem .9rem .26rem 0;border-bottom:1px solid var(--edge);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.8125rem;color:var(--soft);white-space:nowrap;padding-block:.35rem}
tbody th[scope=row]{font-weight:600;white-space:nowrap}
tbody th .soft,.cluster .facts{font-weight:400}
.number{text-align:right;white-space:nowrap}
.words{min-width:14rem}
.cluster th{padding:.65rem 0 .2rem;border-bottom-color:var(--ink)}
.cluster b{font-size:.9375rem;margin-right:.5rem}
.cluster .facts{color:var(--soft)}
.cluster .alarm{display:block}
.environments td{white-space:nowrap;line-height:1.3}
.below{display:block;font-size:.8125rem}
.phase+.below{padding-left:1.2rem}
.environments .why{white-space:normal;min-width:13rem;color:var(--soft);font-size:.8125rem}
.environments .why .alarm{color:var(--ink)}
tr:target th,tr:target td{background:var(--wash)}
.phase{display:inline-flex;align-items:center;gap:.4rem;font-weight:600}
.phase svg{width:.8rem;height:.8rem;fill:var(--act);flex:none}
.phase.asleep{font-weight:400}
.phase.asleep svg{fill:var(--soft)}
.acts form{display:flex;gap:.35rem}
.way{padding:.45rem 0 .2rem}
button{min-height:1.65rem;padding:.1rem .6rem;border:1px solid var(--edge);border-radius:.35rem;background:var(--paper);color:var(--ink);font:inherit;font-size:.8125rem;white-space:nowrap;cursor:pointer}
.acts button:first-child{min-width:3.6rem}
button:hover,button[aria-pressed=true]{border-color:var(--act);background:var(--act);color:var(--on-act)}
.chart,.spark{display:block;width:100%}
.chart{height:6rem;margin-top:.75rem;border-bottom:1px solid var(--edge)}
.chart .area,.spark .area{fill:var(--area)}
.chart .line{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4;vector-effect:non-scaling-stroke}
.spark{width:6.5rem;height:1.25rem;background:var(--faint)}
.axis{display:flex;justify-content:space-between;font-size:.75rem;padding-top:.15rem}
figcaption{display:flex;flex-wrap:wrap;gap:0 1.25rem;font-size:.8125rem;padding:.2rem 0 .5rem}
.key::before{content:"";display:inline-block;width:1rem;margin-right:.4rem;vertical-align:middle}
.key.area::before{height:.6rem;background:var(--area)}
.key.line::before{border-top:2px dashed var(--ink)}
.pools th,.pools td{vertical-align:middle}
.pools td:nth-child(2){width:7.4rem}
.pools tbody th[scope=row]{white-space:normal;line-height:1.25}
.pools td,.pools tbody th[scope=row]{padding-block:.26rem}
details{margin-top:.5rem}
summary{cursor:pointer;color:var(--act);font-size:.8125rem;padding:.2rem 0}
.feed li,.mails li{display:grid;grid-template-columns:6.4rem minmax(0,1fr);gap:0 .75rem;padding:.32rem 0;border-bottom:1px solid var(--edge);font-size:.8125rem}
.feed time,.mails time{color:var(--soft);white-space:nowrap}
.feed p,.mails p{overflow-wrap:anywhere}
.feed .problem b::before{content:"\\25B2\\00A0";color:var(--act)}
#money h3{padding-top:.6rem;color:var(--ink);font-weight:600}
.empty{padding:.5rem 0}
.note{padding-block:3rem}
.note p{padding-top:.6rem;max-width:44rem}
footer{padding-block:1.75rem;font-size:.8125rem}
@media (max-width:68rem){.board{grid-template-columns:minmax(0,1fr)}}
@media (max-width:56rem){.figures{grid-template-columns:repeat(2,minmax(0,1fr))}.figure{border-bottom:1px solid var(--edge)}.figure+.figure{border-left:0}.figure:nth-child(even){border-left:1px solid var(--edge)}.figure:last-child{border-bottom:0}.figure:first-child{grid-column:1/-1}.figure:nth-child(even){border-left:0}.figure:nth-child(odd):not(:first-child){border-left:1px solid var(--edge)}.figure:nth-child(4){border-bottom:0}.banner nav{margin-left:0}}
@media (max-width:40rem){.environments th[scope=row]{position:sticky;left:0;background:var(--ground)}tr:target th[scope=row]{background:var(--wash)}.cluster .facts{display:block;max-width:calc(100vw - 2rem);white-space:normal}}
@media (pointer:coarse){button{min-height:2.75rem;padding-inline:.9rem}.banner nav a,summary{padding-block:.6rem}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}button{transition:background-color .12s,color .12s}}
@media (forced-colors:active){.chart .area,.spark .area,.bar .part,.phase svg{fill:CanvasText}.key.area::before{background:CanvasText}}
`.trim()

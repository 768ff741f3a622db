// How the page looks: calm, readable at any width, in the reader's light or dark, on paper too. No font and no picture
// is fetched. Every colour of text has a contrast of at least 4.5 to 1 with what lies behind it.

export const pageStyle = `
:root {
  color-scheme: light;
  --page: #f6f5f1; --card: #fffefb; --ink: #1f2328; --soft: #565d66; --line: #d9d6cd; --accent: #0b5a7a;
  --on-accent: #ffffff; --good: #14632f; --good-card: #eaf5ec; --bad: #a3191f; --bad-card: #fcecec;
  --code: #f3f1ea;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --page: #15181c; --card: #1d2126; --ink: #e8e6e1; --soft: #a9b0b8; --line: #363c44; --accent: #7cc4e4;
    --on-accent: #0d1a21; --good: #84d69b; --good-card: #16291c; --bad: #ff9d98; --bad-card: #321a1b;
    --code: #15181c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
}
main { max-width: 50rem; margin: 0 auto; }
h1 { margin: 0 0 .4rem; font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -.01em; }
h2 { margin: 0 0 .9rem; font-size: 1.125rem; font-weight: 650; }
h3 { margin: 0; font-size: 1.125rem; font-weight: 650; }
p { margin: 0 0 .75rem; max-width: 40rem; }
ul { margin: 0 0 .75rem; padding-left: 1.25rem; max-width: 40rem; }
li { margin-bottom: .35rem; }
section {
  margin-top: 1.25rem; padding: 1.4rem 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem;
}
section > :last-child { margin-bottom: 0; }
.lead, .hint { color: var(--soft); overflow-wrap: anywhere; }
.hint { font-size: .9rem; }
textarea + .hint { margin-top: .4rem; }
p + details { margin-top: 1.25rem; }
code, textarea, .code {
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .875rem;
}
code { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 8rem minmax(0, 1fr); margin: 0 0 1rem; }
dt, dd { margin: 0; padding: .4rem 0; border-top: 1px solid var(--line); }
dt { color: var(--soft); }
dd { white-space: pre-wrap; overflow-wrap: anywhere; }
dt:first-of-type, dd:first-of-type { border-top: 0; }
label { display: block; margin-bottom: .35rem; font-weight: 600; }
textarea {
  display: block; width: 100%; padding: .6rem .7rem; color: var(--ink); background: var(--code); line-height: 1.5;
  border: 1px solid var(--soft); border-radius: .4rem; resize: vertical; overflow-wrap: anywhere;
}
button, .button {
  display: inline-block; margin: .75rem .5rem 0 0; padding: .5rem 1.1rem; font: inherit; font-weight: 600;
  color: var(--accent); background: transparent; border: 1px solid var(--accent); border-radius: .4rem;
  text-decoration: none; cursor: pointer;
}
.primary { color: var(--on-accent); background: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
summary { cursor: pointer; font-weight: 600; }
details[open] > summary { margin-bottom: .75rem; }
#verdict { margin-top: 1.25rem; padding: 1rem 1.2rem; border: 1px solid var(--line); border-left-width: .4rem; }
#verdict { border-radius: .4rem; overflow-wrap: anywhere; }
#verdict p { margin: .25rem 0 0; }
#verdict.holds { background: var(--good-card); border-color: var(--good); }
#verdict.fails { background: var(--bad-card); border-color: var(--bad); }
.holds h3, .passed [role] { color: var(--good); }
.fails h3, .failed [role] { color: var(--bad); }
#steps { margin: .75rem 0 0; padding: 0; list-style: none; }
#steps:empty { display: none; }
#steps li { display: flex; gap: .6rem; }
#steps [role] { flex: none; width: 1rem; font-weight: 700; text-align: center; }
#steps span { min-width: 0; }
noscript p { color: var(--bad); font-weight: 600; }
@media (max-width: 34rem) {
  body { padding: 1.5rem .75rem 3rem; }
  section { padding: 1.1rem 1rem; }
  dl { grid-template-columns: minmax(0, 1fr); }
  dt { padding-bottom: 0; font-size: .9rem; }
  dd { padding-top: 0; border-top: 0; }
}
@media print {
  :root { --page: #fff; --card: #fff; --code: #fff; }
  body { padding: 0; font-size: 10.5pt; }
  section { break-inside: avoid-page; padding: .8rem 0; border: 0; border-top: 1px solid var(--line); border-radius: 0; }
  button, .button, .screen { display: none; }
  #verdict { print-color-adjust: exact; }
}
`;

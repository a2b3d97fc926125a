// The style sheet of a story page. Light and dark by the reader's own choice; one column on a phone.
#pragma once
#include <string_view>

namespace headrace {

inline constexpr std::string_view story_page_style = R"(:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1b1d21; --quiet: #5a5f68; --line: #e2dfd8; --link: #0b4a8f; --chip: #eef1f5;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Liberation Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #131519; --card: #1c1f25; --ink: #eceae5; --quiet: #a9aeb8; --line: #31353d; --link: #9cc7f5; --chip: #2a2f38; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2.5rem); max-width: 82rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 var(--sans); }
a { color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .15em; }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--card); color: var(--link); }
.skip:focus { left: 1rem; top: 1rem; z-index: 1; }
body > header { padding: clamp(1.5rem, 4vw, 3rem) 0 1rem; border-bottom: 3px double var(--line); }
h1 { margin: 0; font: 700 clamp(2rem, 5vw, 3.25rem)/1.1 var(--serif); letter-spacing: -.015em; text-wrap: balance; }
body > header p { margin: .5rem 0 0; color: var(--quiet); font-size: .9375rem; }
h2 { margin: 2.25rem 0 1rem; font: 600 .8125rem/1.3 var(--sans); letter-spacing: .09em; text-transform: uppercase; color: var(--quiet); }
.grid { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
.several .grid { grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); }
article { display: flex; flex-direction: column; overflow: hidden; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.picture { aspect-ratio: 16 / 9; background: linear-gradient(135deg, hsl(var(--hue) 34% 62%), hsl(calc(var(--hue) + 40) 38% 40%)); }
.picture:empty { aspect-ratio: auto; height: .375rem; }
.picture img { display: block; width: 100%; height: 100%; object-fit: cover; font-size: 0; color: transparent; }
.text { display: flex; flex-direction: column; flex: 1; padding: 1rem 1.125rem 1.125rem; }
h3 { margin: 0; font: 700 1.1875rem/1.25 var(--serif); text-wrap: pretty; overflow-wrap: anywhere; }
.several h3 { font-size: 1.4375rem; }
.summary { margin: .5rem 0 0; color: var(--quiet); font-size: .9375rem; overflow-wrap: anywhere; }
.topics { display: flex; flex-wrap: wrap; gap: .375rem; margin: 0 0 .625rem; padding: 0; list-style: none; }
.topics li { padding: .0625rem .5rem; border-radius: 1rem; background: var(--chip); color: var(--quiet); font-size: .75rem; }
.sources { margin: .875rem 0 0; padding: 0; list-style: none; }
.sources li { padding: .5rem 0; border-top: 1px solid var(--line); font-size: .875rem; }
.sources li:last-child { padding-bottom: 0; }
.sources .title { display: block; overflow-wrap: anywhere; }
.sources .title a { color: var(--link); }
.outlet { font-weight: 600; font-size: .8125rem; overflow-wrap: anywhere; }
time { color: var(--quiet); font-size: .8125rem; white-space: nowrap; }
body > header time { font-size: inherit; }
.source { margin: auto 0 0; padding-top: .75rem; }
@media (min-width: 60rem) {
  .several article:first-child { grid-column: 1 / -1; flex-direction: row; }
  .several article:first-child .picture { flex: 1 1 58%; aspect-ratio: auto; min-height: 22rem; }
  .several article:first-child .picture:empty { flex: 0 0 .375rem; height: auto; }
  .several article:first-child .text { flex: 1 1 42%; padding: 1.75rem; }
  .several article:first-child h3 { font-size: 2rem; line-height: 1.15; }
}
footer { margin: 3rem 0 2rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .8125rem; }
@media print { body { max-width: none; } article { break-inside: avoid; } }
)";

}  // namespace headrace

// SPDX-License-Identifier: MIT
//
// The search of the site: each word must occur in a section, in any case. searchIndex is a list of
// [page, heading, address, text], which docs/site.py makes.
const field = document.getElementById('search');
const found = document.getElementById('found');
const most = 20;

function score([page, heading, , text], words) {
  let sum = 0;
  for (const word of words) {
    const at = [page, heading, text].findIndex(part => part.toLowerCase().includes(word));
    if (at < 0) return 0;
    sum += at === 2 ? 1 : at === 1 ? 8 : 4;
    if (heading.toLowerCase() === word || page.toLowerCase() === word) sum += 8;
  }
  return sum;
}

/// The text around the first word that is there.
function excerpt(text, words) {
  const at = Math.max(0, Math.min(...words.map(w => text.toLowerCase().indexOf(w)).filter(i => i >= 0), text.length) - 40);
  return (at > 0 ? '...' : '') + text.slice(at, at + 120);
}

function search() {
  const words = field.value.toLowerCase().split(/\s+/).filter(word => word);
  const hits = words.length === 0 ? [] : searchIndex
    .map(section => [score(section, words), section])
    .filter(([points]) => points > 0)
    .sort((a, b) => b[0] - a[0])
    .slice(0, most);
  found.replaceChildren(...hits.map(([, [page, heading, address, text]]) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = address;
    link.textContent = heading && heading !== page ? `${page}: ${heading}` : page;
    const part = document.createElement('p');
    part.textContent = excerpt(text, words);
    item.append(link, part);
    return item;
  }));
  if (words.length > 0 && hits.length === 0) found.textContent = 'Nothing found.';
  found.hidden = words.length === 0;
}

field.addEventListener('input', search);
field.addEventListener('keydown', event => {
  if (event.key === 'Enter') found.querySelector('a')?.click();
  if (event.key === 'Escape') { field.value = ''; search(); }
});
document.addEventListener('keydown', event => {
  if (event.key === '/' && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) {
    event.preventDefault();
    field.focus();
  }
});

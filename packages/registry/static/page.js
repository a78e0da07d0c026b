// What needs a script: copy buttons, and the arrow keys for the previous and the next page. Without it,
// pages are complete: the buttons stay hidden, and the links are there.

const LABEL = 'Copy';
const COPIED_FOR = 2000;

const announcement = document.createElement('p');
announcement.setAttribute('role', 'status');
announcement.className = 'off-screen';
document.body.append(announcement);

for (const button of document.querySelectorAll('button[data-copy]')) {
  button.textContent = LABEL;
  button.hidden = false;
}

document.addEventListener('click', async (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null;
  if (button === null) return;
  const isCopied = await copy(button.dataset.copy || shownText(button.closest('.turn')));
  const result = isCopied ? 'Copied' : 'Not copied';
  button.textContent = result;
  announcement.textContent = result;
  setTimeout(() => {
    button.textContent = LABEL;
    announcement.textContent = '';
  }, COPIED_FOR);
});

const LINK_OF_KEY = { ArrowLeft: 'a[rel=prev]', ArrowRight: 'a[rel=next]' };

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // There, the arrow keys move the caret or choose an option.
  if (event.target instanceof Element && event.target.closest('input, select, textarea')) return;
  const selector = LINK_OF_KEY[event.key];
  if (selector !== undefined) document.querySelector(selector)?.click();
});

/** The text of a turn without the labels of its folds. */
function shownText(turn) {
  const texts = [...(turn?.querySelectorAll('.words') ?? [])].map((words) => {
    const copied = words.cloneNode(true);
    for (const summary of copied.querySelectorAll('summary')) summary.remove();
    return copied.textContent;
  });
  return texts.join('\n\n');
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain HTTP, browsers have no clipboard interface.
    return copySelected(text);
  }
}

function copySelected(text) {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.className = 'off-screen';
  field.readOnly = true;
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  focused?.focus();
  return isCopied;
}

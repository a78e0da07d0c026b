import type { Markup } from '../layout/page-content.js';

/**
 * A button that copies a text, or the text of the turn around it when `text` is empty. It is hidden and
 * empty until the page's script shows it: without scripts there is no button that does nothing.
 */
export function CopyButton({ text = '', what }: { text?: string; what: string }): Markup {
  return <button type="button" class="copy" data-copy={text} aria-label={`Copy ${what}`} hidden></button>;
}

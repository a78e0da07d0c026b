import type { Markup } from './page-content.js';

export interface PagerLinks {
  previous: string | null;
  next: string | null;
}

/** Links to the pages before and after this one; nothing where there is only one. */
export function Pager({ previous, next }: PagerLinks): Markup | null {
  if (previous === null && next === null) return null;
  return (
    <nav aria-label="Pages" class="pager">
      {previous !== null && (
        <a rel="prev" href={previous}>
          ← Previous
        </a>
      )}
      {next !== null && (
        <a rel="next" href={next}>
          Next →
        </a>
      )}
    </nav>
  );
}

import type { Markup } from './page-content.js';

export interface PagerLinks {
  previous: string | null;
  next: string | null;
}

/** Links to the previous and the next page; nothing when there is only one page. */
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

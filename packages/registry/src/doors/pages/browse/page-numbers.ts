/** A page of a list whose pages have numbers; null where there is no such page. */
export interface PageNumbers {
  page: number;
  previous: number | null;
  next: number | null;
}

/** Reads a page number: from 1 to the last page of `total` items. */
export function pageNumbers(text: string | null, total: number, size: number): PageNumbers {
  const last = Math.max(1, Math.ceil(total / size));
  const named = text !== null && /^\d{1,9}$/.test(text) ? Number(text) : 1;
  const page = Math.min(last, Math.max(1, named));
  return { page, previous: page > 1 ? page - 1 : null, next: page < last ? page + 1 : null };
}

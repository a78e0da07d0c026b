// The sample comment in the README is the demo's own: see `write-readme-comment.ts`, and
// `test/project/demo.test.ts`.

const SECTION = /(<!-- comment: from npm run demo -->\n).*?(<!-- end of comment -->)/s;

/**
 * Returns the Markdown of the comment as a quotation. What differs from run to run (the time of the push, the
 * age of the baseline, the address of the registry) is replaced by fixed values.
 */
export function sampleComment(comment: string): string {
  const fixed = comment
    .trim()
    .replace(/pushed \d\d:\d\d UTC on \d+ \w+/, 'pushed 09:05 UTC on 4 October')
    .replace(/, [^,()\n]* older\)/, ', less than a minute older)')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+\//g, 'https://fixtures.example.com/');
  return fixed.replaceAll(/^/gm, '> ').replaceAll(/ +$/gm, '');
}

/** Returns the sample that a README shows, or null when it has no markers. */
export function shownSample(readme: string): string | null {
  return SECTION.exec(readme)?.[0].split('\n').slice(1, -1).join('\n').trim() ?? null;
}

/** Returns the README with another sample between its markers. */
export function withSample(readme: string, sample: string): string {
  if (!SECTION.test(readme)) throw new Error('README.md lacks the markers of the comment');
  return readme.replace(SECTION, (_whole, start, end) => `${start}\n${sample}\n\n${end}`);
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

describe('the bundle', () => {
  const dist = new URL('../../packages/action/dist/', import.meta.url);

  /** The files that an entry point loads with its static imports. */
  function loadedWith(entry: string, seen = new Set<string>()): Set<string> {
    if (seen.has(entry)) return seen;
    seen.add(entry);
    const text = readFileSync(new URL(entry, dist), 'utf8');
    for (const [, file] of text.matchAll(/(?:^|[;}])(?:import|export)[^;'"()]*['"]\.\/([^'"]+)['"]/g)) {
      loadedWith(file ?? '', seen);
    }
    return seen;
  }

  it('loads the code for forks only in runs of forks', () => {
    const lazy = readdirSync(dist).filter((name) => /^(artifact|push-fork-run)-/.test(name));
    expect(lazy).toHaveLength(2);
    for (const entry of ['main.js', 'post.js']) {
      const loaded = [...loadedWith(entry)];
      expect(loaded.length).toBeGreaterThan(2);
      expect(loaded).not.toContain(lazy[0]);
      expect(loaded).not.toContain(lazy[1]);
    }
  });

  it('is below 3 MB in total', () => {
    const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'));
    const bytes = scripts.reduce((sum, name) => sum + statSync(new URL(name, dist)).size, 0);
    expect(bytes).toBeLessThan(3_000_000);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

/** A folder that goes away with the test. */
export class TemporaryFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'fixtures-'));

  write(files: Record<string, string>): this {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      writeFileSync(join(this.path, path), content);
    }
    return this;
  }

  /** Every file in it but the client's state, as text. */
  files(): Record<string, string> {
    const files: Record<string, string> = {};
    for (const entry of readdirSync(this.path, { recursive: true, withFileTypes: true })) {
      const path = relative(this.path, join(entry.parentPath, entry.name)).split(sep).join('/');
      if (entry.isFile() && !path.startsWith('.fixtures/'))
        files[path] = readFileSync(join(this.path, path), 'utf8');
    }
    return files;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requireSame } from '../corpus/corpus.js';
import type { Case } from '../measure.js';
import type { World } from '../world.js';
import { execute } from './commands.js';
import { intoEmpty } from './pulling.js';

export const TARBALL = 'a tarball over HTTP, extracted';
export const FLOOR = '`tar -x` of a local file';

/**
 * What a CI cache does, at its best (one archive, unpacked while it comes), and the floor below everybody:
 * writing the same files from an archive that is here already and not even compressed.
 */
export async function archives(world: World): Promise<Case[]> {
  const [packed, plain] = [world.place('corpus.tar.gz'), world.place('corpus.tar')];
  await execute('tar', ['-C', world.corpus.folder, '-czf', packed, '.']);
  await execute('tar', ['-C', world.corpus.folder, '-cf', plain, '.']);
  const url = await serveFile(world, packed);
  const verify = (directory: string) => requireSame('tar', directory, world.corpus.files);
  const floor = intoEmpty(
    world,
    { scenario: 'cold pull', contestant: FLOOR, database: null, delay: 0 },
    { run: async (directory) => void (await execute('tar', ['-xf', plain, '-C', directory])), verify },
  );
  const overHttp = world.delays.map(async (delay) => {
    const far = await world.far(url, delay);
    // The status of a pipe is its last part's; an archive that was cut off is found by tar.
    const command = 'curl -sSf "$0" | tar -xzf - -C "$1"';
    return intoEmpty(
      world,
      { scenario: 'cold pull', contestant: TARBALL, database: null, delay },
      { run: async (directory) => void (await execute('sh', ['-c', command, far, directory])), verify },
    );
  });
  return [floor, ...(await Promise.all(overHttp))];
}

async function serveFile(world: World, file: string): Promise<string> {
  const server = createServer((_, response) => createReadStream(file).pipe(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  world.atEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/corpus.tar.gz`;
}

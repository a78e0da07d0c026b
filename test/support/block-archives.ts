import { buffer } from 'node:stream/consumers';
import {
  type Block,
  BlockNames,
  contentIn,
  digestOf,
  packBlock,
  readTransfer,
  unpack,
  unpackBlock,
  writeArchive,
} from '@fixture-registry/protocol';
import type { TestRegistry } from './registry.js';

/** One block of contents, in their order, with correct digests. */
export function blockOf(contents: (string | Uint8Array)[]): Block {
  const members = contents.map((content) => Buffer.from(content as Uint8Array));
  return packBlock(members.map((bytes) => ({ digest: digestOf(bytes), bytes })));
}

/** An upload of blocks. */
export function archiveOfBlocks(blocks: Block[]): Promise<Buffer> {
  const names = new BlockNames();
  return buffer(writeArchive(blocks.flatMap((block) => names.entriesOf(block))));
}

/** The result of a download: every received content, by digest, and how it was sent. */
export interface Downloaded {
  contents: Map<string, Buffer>;
  blocks: Block[];
  /** Contents that were sent outside a block. */
  alone: string[];
  bytes: number;
}

/** The contents to download, and whether to send blocks. */
export interface ContentQuestion {
  digests: string[];
  blocks?: boolean;
}

/** Downloads contents. */
export async function downloadContents(
  registry: TestRegistry,
  repository: string,
  question: ContentQuestion,
): Promise<Downloaded> {
  return readDownload(await beginDownload(registry, repository, question));
}

/** The response to a download, as soon as it begins. */
export function beginDownload(
  registry: TestRegistry,
  repository: string,
  question: ContentQuestion,
): Promise<Response> {
  return fetch(`${registry.url}/-/${repository}/content`, {
    method: 'POST',
    headers: { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
}

/** Reads a response to its end and verifies the contents. */
export async function readDownload(response: Response): Promise<Downloaded> {
  if (!response.ok) throw new Error(`download: ${response.status} ${await response.text()}`);
  const archive = Buffer.from(await response.arrayBuffer());
  const found: Downloaded = { contents: new Map(), blocks: [], alone: [], bytes: archive.length };
  async function* source() {
    yield archive;
  }
  for await (const each of readTransfer(source(), { maximumEntries: 400_000, gaps: true })) {
    if (each.kind === 'content') {
      found.alone.push(each.entry.name);
      found.contents.set(each.entry.name, unpack(each.entry));
    } else {
      found.blocks.push(each.block);
      const raw = unpackBlock(each.block);
      for (const member of each.block.members) found.contents.set(member.digest, contentIn(raw, member));
    }
  }
  for (const [digest, bytes] of found.contents) {
    if (digestOf(bytes) !== digest) throw new Error(`content ${digest} is other bytes than its digest says`);
  }
  return found;
}

import { parentPort, workerData } from 'node:worker_threads';
import { Folders } from '../../checkout/files/folders.js';
import { type BlockToWrite, writeBlock } from './write-block.js';

/**
 * The thread of `BlockWriters`. Sends `ready`, then a `WrittenBlock` for each block, in the order
 * received.
 */
const { directory } = workerData as { directory: string };
const folders = new Folders(directory);
parentPort?.on('message', (block: BlockToWrite) => {
  parentPort?.postMessage(writeBlock(directory, folders, block));
});
parentPort?.postMessage('ready');

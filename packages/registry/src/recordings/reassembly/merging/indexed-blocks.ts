import type { JsonObject } from '../../../vocabulary/recording.js';
import { ownCopy } from './merge-fields.js';

/** The blocks of a message whose events refer to them by index. */
export class IndexedBlocks {
  private readonly blocks: { index: number; block: JsonObject }[] = [];
  private readonly open = new Map<number, JsonObject>();
  /** Some servers give all blocks the index 0: then only the order of arrival is known. */
  private isReused = false;

  /** Starts a block; a second start with the same id is a repetition. */
  start(index: number, block: JsonObject): void {
    const open = this.open.get(index);
    if (open !== undefined && open['id'] !== undefined && open['id'] === block['id']) return;
    this.isReused ||= open !== undefined;
    this.push(index, ownCopy(block) as JsonObject);
  }

  /** The block that events with an index extend; created from `missing` when its start is missing. */
  at(index: number, missing: JsonObject): JsonObject {
    return this.open.get(index) ?? this.push(index, { ...missing });
  }

  /** All blocks in order. */
  finish(): JsonObject[] {
    if (!this.isReused) this.blocks.sort((left, right) => left.index - right.index);
    return this.blocks.map(({ block }) => block);
  }

  private push(index: number, block: JsonObject): JsonObject {
    this.blocks.push({ index, block });
    this.open.set(index, block);
    return block;
  }
}

import type { KeyShape } from './key-shape.js';
import { PROVIDER_KEYS } from './provider-keys.js';
import { SERVICE_KEYS } from './service-keys.js';

/**
 * All keys that are recognised by shape. Of two matches at one position, the first names the kind.
 */
export const KEY_SHAPES: readonly KeyShape[] = [...PROVIDER_KEYS, ...SERVICE_KEYS];

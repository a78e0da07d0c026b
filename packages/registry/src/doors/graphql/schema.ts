import './recording.js';
import './repository.js';
import './recording-version.js';
import './repository-lists.js';
import './ref-recordings.js';
import './pull-plan.js';
import './explanation.js';
import './recorder-name.js';
import './push.js';
import './promote.js';
import './report-use.js';
import './close-pull-request.js';
import './purge.js';
import './acceptance.js';
import './flaky.js';
import './tokens.js';
import './viewer.js';
import './repository-settings.js';
import './secret-allowances.js';
import './coverage.js';
import './superseded.js';
import './audit.js';
import { lexicographicSortSchema } from 'graphql';
import { auditRefusals } from './audited-mutations.js';
import { builder } from './builder.js';

/** The complete GraphQL schema. `npm run schema` prints it to `schema.graphql`. */
export const schema = auditRefusals(lexicographicSortSchema(builder.toSchema()));

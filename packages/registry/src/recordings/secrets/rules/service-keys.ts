import { repositoryOfToken } from '../../../vocabulary/token.js';
import { type KeyShape, random } from './key-shape.js';

/** Keys of clouds, code hosts and other services, more specific shapes first. */
export const SERVICE_KEYS: readonly KeyShape[] = [
  {
    kind: 'Google OAuth token',
    begins: ['ya29.'],
    pattern: /(?<![A-Za-z0-9])ya29\.[A-Za-z0-9_-]{20,}/g,
    isKey: random(5),
  },
  {
    kind: 'Google OAuth client secret',
    begins: ['GOCSPX-'],
    pattern: /(?<![A-Za-z0-9])GOCSPX-[A-Za-z0-9_-]{20,}/g,
  },
  {
    kind: 'AWS access key id',
    begins: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16,}/g,
    isKey: (match) => match.length === 20,
  },
  {
    kind: 'Azure storage account key',
    begins: ['AccountKey='],
    pattern: /AccountKey=(?<secret>[A-Za-z0-9+/]{64,}={0,2})/g,
  },
  {
    // Service Bus, Event Hubs and IoT Hub share this connection string.
    kind: 'Azure shared access key',
    begins: ['SharedAccessKey='],
    pattern: /SharedAccessKey=(?<secret>[A-Za-z0-9+/]{40,}={0,2})/g,
  },
  {
    kind: 'Databricks token',
    begins: ['dapi'],
    pattern: /(?<![A-Za-z0-9])dapi[0-9a-f]{32,}/g,
    isKey: random(4, 36, 36),
  },
  {
    kind: 'Stripe key',
    begins: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'],
    pattern: /(?<![A-Za-z0-9])(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,}/g,
  },
  {
    kind: 'GitHub token',
    begins: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})/g,
  },
  { kind: 'GitLab token', begins: ['glpat-'], pattern: /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,}/g },
  { kind: 'PyPI token', begins: ['pypi-AgE'], pattern: /(?<![A-Za-z0-9])pypi-AgE[A-Za-z0-9_-]{50,}/g },
  { kind: 'Docker token', begins: ['dckr_pat_'], pattern: /(?<![A-Za-z0-9])dckr_pat_[A-Za-z0-9_-]{20,}/g },
  {
    kind: 'DigitalOcean token',
    begins: ['doo_v1_', 'dop_v1_', 'dor_v1_'],
    pattern: /(?<![A-Za-z0-9])do[opr]_v1_[0-9a-f]{60,}/g,
  },
  {
    kind: 'Fixture Registry token',
    begins: ['fr_'],
    pattern: /(?<![A-Za-z0-9])fr_\d{1,15}_[0-9a-f]{48,}/g,
    isKey: (match) => repositoryOfToken(match) !== null,
    isCertain: true,
  },
  {
    kind: 'HashiCorp Vault token',
    begins: ['hvs.', 'hvb.', 'hvr.'],
    pattern: /(?<![A-Za-z0-9._-])hv[sbr]\.[A-Za-z0-9_-]{20,}/g,
    isKey: random(4),
  },
  {
    kind: 'Terraform Cloud token',
    begins: ['atlasv1.'],
    pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}/g,
  },
  {
    kind: 'Discord webhook',
    begins: ['/webhooks/'],
    pattern: /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{15,22}\/(?<secret>[A-Za-z0-9_-]{50,})/g,
  },
  {
    kind: 'Telegram bot token',
    begins: [],
    hint: ':AA[A-Za-z0-9_-]{32}',
    pattern: /(?<![A-Za-z0-9])(?:bot)?\d{8,10}:AA[A-Za-z0-9_-]{32,}/g,
    isKey: (match) => /:[A-Za-z0-9_-]{34,36}$/.test(match),
  },
  {
    kind: 'Notion token',
    begins: [],
    hint: 'ntn_[A-Za-z0-9]{40}|secret_[A-Za-z0-9]{43}',
    pattern: /(?<![A-Za-z0-9_])(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43,})/g,
    isKey: random(4),
  },
  {
    kind: 'Supabase key',
    begins: ['sbp_', 'sb_secret_'],
    pattern: /(?<![A-Za-z0-9_])(?:sbp_(?:v0_)?[0-9a-f]{40,}|sb_secret_[A-Za-z0-9_-]{20,})/g,
    isKey: random(4),
  },
  {
    kind: 'Airtable token',
    begins: [],
    hint: 'pat[A-Za-z0-9]{14}\\.[0-9a-f]{10}',
    pattern: /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{60,}/g,
  },
  {
    kind: 'Postman API key',
    begins: ['PMAK-'],
    pattern: /(?<![A-Za-z0-9])PMAK-[0-9a-f]{24}-[0-9a-f]{30,}/g,
  },
  {
    kind: 'Doppler token',
    begins: ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'],
    pattern: /(?<![A-Za-z0-9.])dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}/g,
    isKey: random(6),
  },
  {
    kind: 'Heroku API key',
    begins: ['HRKU-'],
    pattern: /(?<![A-Za-z0-9])HRKU-[A-Za-z0-9_-]{36,}/g,
  },
  {
    kind: 'Twilio API key',
    begins: [],
    hint: 'SK[0-9a-f]{32}',
    pattern: /(?<![A-Za-z0-9])SK[0-9a-f]{32,}/g,
    isKey: random(2, 34, 34),
  },
  {
    kind: 'Mailgun API key',
    begins: [],
    hint: 'key-[0-9a-z]{32}',
    pattern: /(?<![A-Za-z0-9_-])(?:pub)?key-[0-9a-z]{32,}/g,
    isKey: random(4, 36, 39),
  },
  {
    // The format of Mailgun's keys since 2018.
    kind: 'Mailgun API key',
    begins: [],
    hint: '-(?<=[0-9a-f]{32}-)[0-9a-f]{8}-[0-9a-f]{8}',
    pattern: /(?<![A-Za-z0-9_-])[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}(?![A-Za-z0-9_-])/g,
    isKey: (match) => random(0)(match) && /-[0-9]*[a-f]/.test(match),
  },
  {
    kind: 'age secret key',
    begins: ['AGE-SECRET-KEY-1'],
    pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{50,}/g,
  },
  {
    kind: 'encrypted JSON web token',
    begins: ['eyJ'],
    pattern:
      /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{20,}/g,
    isKey: (match) => Buffer.from(match.split('.')[0] ?? '', 'base64url').includes('"enc"'),
  },
  {
    kind: 'JSON web token',
    begins: ['eyJ'],
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/g,
  },
  {
    kind: 'private key',
    begins: ['-----BEGIN'],
    isCertain: true,
    pattern:
      /-----BEGIN ?(?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?<secret>(?:\s|\\[nr])*[A-Za-z0-9+/=]{40,}(?:(?:\s|\\[nr])+[A-Za-z0-9+/=]+)*)/g,
  },
];

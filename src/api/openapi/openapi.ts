import { VERSION } from '../../domain/program-version.ts'
import { HEALTH_STATUSES, SERVING_STATES } from '../contract.ts'
import { CAUSES, RELEASE_KEYS, ROLLOUT_KEYS } from '../filters.ts'
import { OUTCOMES } from '../words.ts'
import { RECORD_SCHEMAS } from './records.ts'
import { RELEASE_SCHEMAS } from './releases.ts'
import { ROLLOUT_SCHEMAS } from './rollouts.ts'
import { oneOf, open, ref, text, type Schema } from './schema.ts'

/** One route of the API. */
interface Route {
  method: 'get' | 'post'
  /** Below `/api/v1`, with parameters in braces. */
  path: string
  summary: string
  /** What it answers where all is well, by the name of its schema. */
  answers: string
  /** Which faults it has beside those that every route has. */
  faults: readonly number[]
  query?: readonly string[]
  body?: Schema
}

const FILTERS: Readonly<Record<string, Schema>> = {
  state: oneOf(SERVING_STATES),
  health: oneOf(HEALTH_STATUSES),
  cause: oneOf(CAUSES),
  outcome: oneOf(OUTCOMES),
  open: oneOf(['true', 'false']),
  limit: { type: 'integer', minimum: 1, maximum: 500, default: 100 },
  continue: text('What the page before said.'),
  q: text('Words, all of which match, in any case. Of a trace: a commit or an image.'),
  from: text('A day such as 2026-03-31, or a moment such as 2026-03-31T09:00:00Z.'),
  to: text('A day, which is included, or a moment.'),
}
const PAGE = ['limit', 'continue']
const ONE = '/rollouts/{cluster}/{namespace}/{name}'
const BY = { type: 'object', properties: { by: text('A name for the ledger; how it was allowed is added.') } }

const ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/rollouts',
    summary: 'Rollouts that match.',
    answers: 'RolloutPage',
    faults: [400],
    query: [...ROLLOUT_KEYS, ...PAGE],
  },
  { method: 'get', path: ONE, summary: 'One Rollout.', answers: 'RolloutDetail', faults: [404, 503] },
  { method: 'get', path: `${ONE}/health`, summary: 'What Argo CD shows of it.', answers: 'Health', faults: [404, 503] },
  { method: 'post', path: `${ONE}/retry`, summary: 'Tries now what waits for it.', answers: 'Done', faults: [403, 404, 429] },
  {
    method: 'get',
    path: '/releases',
    summary: 'Releases that match, newest first.',
    answers: 'ReleasePage',
    faults: [400],
    query: [...RELEASE_KEYS, ...PAGE],
  },
  { method: 'get', path: '/releases/{id}', summary: 'One release.', answers: 'ReleaseDetail', faults: [404] },
  { method: 'get', path: '/releases/{id}/attestation', summary: 'What the ledger has of it, signed.', answers: 'Envelope', faults: [404] },
  {
    method: 'post',
    path: '/releases/{id}/adopt',
    summary: 'Handles like any other what was broken before Kedge looked.',
    answers: 'Done',
    faults: [400, 403, 404, 409, 429],
    body: BY,
  },
  {
    method: 'get',
    path: '/report',
    summary: 'Releases as auditors ask for them.',
    answers: 'ReportPage',
    faults: [400],
    query: [...RELEASE_KEYS, ...PAGE],
  },
  {
    method: 'get',
    path: '/dora',
    summary: 'How the releases that match went.',
    answers: 'Dora',
    faults: [400],
    query: RELEASE_KEYS.filter((key) => !['outcome', 'cause', 'open'].includes(key)),
  },
  { method: 'get', path: '/trace', summary: 'Where a commit or an image went.', answers: 'Trace', faults: [400], query: ['q'] },
  { method: 'get', path: '/storms', summary: 'Failures that have one cause.', answers: 'StormList', faults: [] },
  {
    method: 'post',
    path: '/storms/{key}/release',
    summary: 'Each of its releases is decided by itself.',
    answers: 'Done',
    faults: [400, 403, 404, 409, 429],
    body: BY,
  },
  { method: 'get', path: '/quarantines', summary: 'Versions that failed and are to stay out.', answers: 'QuarantineList', faults: [] },
  {
    method: 'post',
    path: '/quarantines/{key}/lift',
    summary: 'Lets one come back.',
    answers: 'Done',
    faults: [400, 403, 404, 409, 429],
    body: { ...BY, properties: { ...BY.properties, reason: text('For the ledger.') }, required: ['reason'] },
  },
  { method: 'get', path: '/ledger', summary: 'Where the chain stands, and its records.', answers: 'Ledger', faults: [400], query: PAGE },
  { method: 'get', path: '/openapi.json', summary: 'This description.', answers: 'OpenApi', faults: [] },
]

const FAULTS: Readonly<Record<number, string>> = {
  400: 'What was asked means nothing.',
  403: 'Only this machine, or the holder of the admin token, may do that.',
  404: 'There is no such thing.',
  409: 'There is nothing to be done any more.',
  421: 'Kedge is not called that.',
  429: 'Too many wrong admin tokens.',
  500: 'A fault of Kedge.',
  503: 'It cannot be seen, or Kedge is starting.',
}
/** That every route may have. */
const ALWAYS = [421, 500, 503]

/** The API as OpenAPI 3.1. docs/openapi.json is the same; tests hold it against the routes and what they answer. */
export function openApi(): Record<string, unknown> {
  const schemas = { ...ROLLOUT_SCHEMAS, ...RELEASE_SCHEMAS, ...RECORD_SCHEMAS, OpenApi: open('OpenAPI 3.1.', { openapi: text() }) }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of ROUTES) paths[`/api/v1${route.path}`] = { ...paths[`/api/v1${route.path}`], [route.method]: operation(route) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kedge',
      version: VERSION,
      description:
        'Times are epoch milliseconds. Keys are added in later versions, and none changes its meaning. Whoever reaches the API reads ' +
        'everything; what changes something wants the admin token, or the same machine.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } } },
  }
}

function operation({ method, path, summary, answers, faults, query = [], body }: Route): object {
  const code = method === 'get' ? 200 : 202
  return {
    summary,
    operationId: operationId(method, path),
    ...(method === 'post' ? { security: [{ adminToken: [] }, {}] } : { security: [] }),
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: text() })),
      ...query.map((name) => ({ name, in: 'query', ...(path === '/trace' && { required: true }), schema: FILTERS[name] ?? text() })),
    ],
    ...(body && { requestBody: { content: { 'application/json': { schema: body } } } }),
    responses: Object.fromEntries([
      [code, { description: 'As asked.', content: { 'application/json': { schema: ref(answers) } } }],
      ...[...new Set([...faults, ...ALWAYS])].map((fault) => [
        fault,
        { description: FAULTS[fault] ?? '', content: { 'application/json': { schema: ref('Error') } } },
      ]),
    ]),
  }
}

/** `getRolloutHealth`: of the words of the path that are no parameters. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z{}]+/).filter((word) => word !== '' && word !== 'json' && !word.startsWith('{'))
  const one = path.includes('{') ? words.map((word, at) => (at === 0 ? word.replace(/s$/, '') : word)) : words
  return method + one.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('')
}

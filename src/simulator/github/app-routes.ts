import { verify } from 'node:crypto'
import { type Clock, toTimestamp } from '../clock.ts'
import { asArray, asObject, type JsonObject } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import type { Forge } from './forge.ts'
import { GitHubError } from './router.ts'

/** A GitHub App that is installed on every repository of the forge. */
export interface AppRegistration {
  id: number
  slug: string
  installationId: number
  /** PEM. Where given, the App's tokens are checked against it. */
  publicKey?: string
}

/** Answers the calls that an App makes as itself, with a JSON Web Token; undefined for all others. */
export function answerAsApp(call: {
  forge: Forge
  app: AppRegistration
  method: string
  path: string
  token: string
  body: JsonObject
}): Reply | undefined {
  const { forge, app, method, path } = call
  const isAppPath = path === '/app' || path.startsWith('/app/') || /^\/repos\/[^/]+\/[^/]+\/installation$/.test(path)
  if (!isAppPath) return undefined
  checkToken(call.token, app, forge.clock)
  const installation = {
    id: app.installationId,
    app_id: app.id,
    app_slug: app.slug,
    account: { login: 'acme', type: 'Organization' },
  }
  if (method === 'GET' && path === '/app') return { status: 200, body: { id: app.id, slug: app.slug, name: app.slug } }
  if (method === 'GET' && path === '/app/installations') return { status: 200, body: [installation] }
  if (method === 'GET' && (path === `/app/installations/${app.installationId}` || path.endsWith('/installation')))
    return { status: 200, body: installation }
  if (method === 'POST' && path === `/app/installations/${app.installationId}/access_tokens`) return issueToken(forge, app, call.body)
  throw new GitHubError(404, 'Not Found')
}

/** A token may be narrowed to some repositories, by name, and to some permissions. */
function issueToken(forge: Forge, app: AppRegistration, body: JsonObject): Reply {
  const names = asArray(body['repositories']).map(String)
  const repositories = [...forge.repositories.keys()].filter((fullName) => names.includes(fullName.split('/')[1] ?? ''))
  if (repositories.length < names.length) {
    throw new GitHubError(422, 'There is at least one repository that does not exist or is not accessible to the parent installation.')
  }
  const { token, expiresAt } = forge.accounts.issue(`${app.slug}[bot]`, names.length > 0 ? repositories : undefined)
  const permissions =
    Object.keys(asObject(body['permissions'])).length > 0
      ? body['permissions']
      : { contents: 'write', pull_requests: 'write', metadata: 'read' }
  const selection = names.length > 0 ? 'selected' : 'all'
  return {
    status: 201,
    body: { token, expires_at: toTimestamp(expiresAt), permissions, repository_selection: selection },
  }
}

function checkToken(token: string, app: AppRegistration, clock: Clock): void {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = readClaims(payload)
  const isSigned =
    app.publicKey === undefined ||
    verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), app.publicKey, Buffer.from(signature, 'base64url'))
  const now = clock.now() / 1000
  const isTimely = Number(claims['exp']) > now && Number(claims['iat']) <= now + 60
  if (String(claims['iss']) !== String(app.id) || !isSigned) throw new GitHubError(401, 'A JSON web token could not be decoded')
  if (!isTimely)
    throw new GitHubError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
}

function readClaims(payload: string): JsonObject {
  try {
    return asObject(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  } catch {
    return {}
  }
}

import { isObject, type JsonObject } from '../json.ts'
import type { Exchange, Reply } from '../loopback/server.ts'
import type { WriteScope } from './admission.ts'
import { ApiError, type KubeObject, type ObjectRef } from './object.ts'
import type { ResourcePath } from './path.ts'
import { apiVersionOf } from './resources.ts'
import type { ObjectStore } from './store.ts'

/** Answers POST, PUT, PATCH and DELETE on one resource. Throws ApiError with the API server's code. */
export async function write(store: ObjectStore, exchange: Exchange, path: ResourcePath): Promise<Reply> {
  if (path.namespace === undefined)
    throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
  if (exchange.method === 'POST') return { status: 201, body: create(store, path, await readObject(exchange, path)) }
  const ref: ObjectRef = { plural: path.resource.plural, namespace: path.namespace, name: path.name ?? '' }
  const current = store.get(ref)
  if (current === undefined) throw new ApiError(404, 'NotFound', `${qualified(path)} "${ref.name}" not found`)
  const scope: WriteScope = path.subresource === 'status' ? 'status' : 'main'
  switch (exchange.method) {
    case 'PUT':
      return { status: 200, body: replace(store, { current, scope, path }, await readObject(exchange, path)) }
    case 'PATCH':
      return { status: 200, body: store.patch(ref, await readPatch(exchange), scope) }
    case 'DELETE':
      store.delete(ref)
      return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } }
    default:
      throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
  }
}

function create(store: ObjectStore, path: ResourcePath, object: KubeObject): KubeObject {
  const ref = { plural: path.resource.plural, namespace: object.metadata.namespace, name: object.metadata.name }
  if (store.get(ref) !== undefined) throw new ApiError(409, 'AlreadyExists', `${qualified(path)} "${ref.name}" already exists`)
  return store.apply(object, 'main')
}

/** PUT is optimistic: the resourceVersion must be the one last read. The Lease of a leader election rests on this. */
function replace(
  store: ObjectStore,
  target: { current: KubeObject; scope: WriteScope; path: ResourcePath },
  object: KubeObject,
): KubeObject {
  const { current, scope, path } = target
  const given = object.metadata.resourceVersion
  if (given === undefined || given === '') {
    throw new ApiError(
      422,
      'Invalid',
      `${path.resource.kind} "${current.metadata.name}" is invalid: metadata.resourceVersion: Invalid value: 0x0: ` +
        `must be specified for an update`,
    )
  }
  if (given !== current.metadata.resourceVersion) {
    throw new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualified(path)} "${current.metadata.name}": the object has been ` +
        `modified; please apply your changes to the latest version and try again`,
    )
  }
  return store.apply(object, scope)
}

async function readObject(exchange: Exchange, path: ResourcePath): Promise<KubeObject> {
  const object = await readJson(exchange)
  const metadata = object['metadata']
  const name = isObject(metadata) ? metadata['name'] : undefined
  if (typeof name !== 'string' || (path.name !== undefined && name !== path.name)) {
    throw new ApiError(400, 'BadRequest', 'the name of the object does not match the name on the URL')
  }
  return {
    ...object,
    apiVersion: apiVersionOf(path.resource),
    kind: path.resource.kind,
    metadata: { ...(metadata as JsonObject), name, namespace: path.namespace ?? 'default' },
  }
}

async function readPatch(exchange: Exchange): Promise<unknown> {
  const type = (exchange.request.headers['content-type'] ?? '').split(';')[0]
  // A strategic merge differs from RFC 7396 only in lists with merge keys, which no story here patches.
  if (type !== 'application/merge-patch+json' && type !== 'application/strategic-merge-patch+json') {
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: application/merge-patch+json`,
    )
  }
  return readJson(exchange)
}

async function readJson(exchange: Exchange): Promise<JsonObject> {
  try {
    const value: unknown = JSON.parse((await exchange.body()).toString('utf8'))
    if (isObject(value)) return value
  } catch {
    // Falls through: both ways of not being an object get the same answer.
  }
  throw new ApiError(400, 'BadRequest', 'the object provided is unrecognized (must be of type JSON object)')
}

function qualified(path: ResourcePath): string {
  return path.resource.group === '' ? path.resource.plural : `${path.resource.plural}.${path.resource.group}`
}

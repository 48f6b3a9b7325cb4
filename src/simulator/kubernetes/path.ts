import { ApiError } from './object.ts'
import { RESOURCES, type ResourceType } from './resources.ts'

/** What a resource URL names. Without `name` it is the collection. */
export interface ResourcePath {
  resource: ResourceType
  namespace?: string
  name?: string
  subresource?: string
}

/** What an authorizer is asked, in the words of a SelfSubjectAccessReview. */
export interface AccessAttributes {
  verb: string
  group: string
  resource: string
  subresource?: string
  namespace?: string
  name?: string
}

const PATH = new RegExp(
  [
    /^\/(?:api\/(?<core>v1)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?/,
    /\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/,
  ]
    .map(({ source }) => source)
    .join(''),
)

/**
 * Reads a URL path such as /apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/checkout/status. Throws ApiError 404.
 */
export function parseResourcePath(path: string): ResourcePath {
  const groups = PATH.exec(path)?.groups
  const resource = RESOURCES.find(
    (type) =>
      type.plural === groups?.['plural'] &&
      type.group === (groups['group'] ?? '') &&
      type.version === (groups['core'] ?? groups['version']),
  )
  if (groups === undefined || resource === undefined)
    throw new ApiError(404, 'NotFound', 'the server could not find the requested resource')
  const { namespace, name, subresource } = groups
  return {
    resource,
    ...(namespace !== undefined && { namespace: decodeURIComponent(namespace) }),
    ...(name !== undefined && { name: decodeURIComponent(name) }),
    ...(subresource !== undefined && { subresource }),
  }
}

/** The RBAC verb of a request. */
export function verbOf(method: string, path: ResourcePath, query: URLSearchParams): string {
  if (method === 'GET' && path.name !== undefined) return 'get'
  if (method === 'GET') return isTrue(query.get('watch')) ? 'watch' : 'list'
  return { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? method.toLowerCase()
}

/** Whether a query value means yes, as the API server reads it. */
export function isTrue(value: string | null): boolean {
  return value === '' || value === '1' || value === 'true'
}

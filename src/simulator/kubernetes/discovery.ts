import { apiVersionOf, RESOURCES } from './resources.ts'

/** Answers the paths by which a client learns what a cluster is and serves; undefined for all others. */
export function discover(path: string, isServed: (plural: string) => boolean): unknown {
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.3', platform: 'linux/amd64' }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(isServed) }
  const groupVersion = /^\/apis?\/(?<groupVersion>[^/]+(?:\/[^/]+)?)$/.exec(path)?.groups?.['groupVersion']
  const resources = RESOURCES.filter((type) => apiVersionOf(type) === groupVersion && isServed(type.plural)).map((type) => ({
    name: type.plural,
    singularName: type.kind.toLowerCase(),
    namespaced: true,
    kind: type.kind,
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  }))
  if (resources.length === 0) return undefined
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

function groups(isServed: (plural: string) => boolean): unknown[] {
  const versions = new Map(RESOURCES.filter((type) => type.group !== '' && isServed(type.plural)).map((type) => [type.group, type.version]))
  return [...versions].map(([name, version]) => {
    const preferredVersion = { groupVersion: `${name}/${version}`, version }
    return { name, versions: [preferredVersion], preferredVersion }
  })
}

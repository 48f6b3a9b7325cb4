/** Which values of a record somebody has read, by their paths: `config.git.caFile`, `secrets.forges[0].webhook`. */
export interface ReadRecorder {
  /** The same record; each read of a member is noted under `name`. Several records may have parts of one name. */
  watch<T>(name: string, value: T): T
  /** The paths of the values in records that are watched and that nobody has read. What is absent has no path. */
  unread(): readonly string[]
}

/** Members that are not data: a vendor's manifest has its own tests. */
const OPAQUE = new Set(['manifest', 'sender'])

export function createReadRecorder(): ReadRecorder {
  const read = new Set<string>()
  const roots: (readonly [string, unknown])[] = []
  const wrap = <T>(path: string, value: T): T => {
    if (!isBlock(value)) return value
    return new Proxy(value, {
      get(target, key, receiver) {
        const member: unknown = Reflect.get(target, key, receiver)
        if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return member
        const at = pathOf(path, key, target)
        read.add(at)
        return OPAQUE.has(key) ? member : wrap(at, member)
      },
    })
  }
  return {
    watch(name, value) {
      roots.push([name, value])
      return wrap(name, value)
    },
    unread: () => [...new Set(roots.flatMap(([name, value]) => leavesOf(name, value)))].filter((path) => !read.has(path)),
  }
}

function leavesOf(path: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (!isBlock(value)) return [path]
  return Object.entries(value).flatMap(([key, member]) => (OPAQUE.has(key) ? [] : leavesOf(pathOf(path, key, value), member)))
}

function pathOf(path: string, key: string, holder: object): string {
  return Array.isArray(holder) ? `${path}[${key}]` : `${path}.${key}`
}

/** A map of names or a list of maps. A list of plain values is one value. */
function isBlock(value: unknown): value is object {
  if (Array.isArray(value)) return value.some(isBlock)
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

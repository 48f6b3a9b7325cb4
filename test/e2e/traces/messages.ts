/** How a message of Protocol Buffers is written: its fields by name, with their numbers. */
interface Message {
  readonly [field: string]: readonly [number, 'text' | 'switch' | 'json' | Message]
}

const REPOSITORY: Message = { repo: [1, 'text'] }
const NAMED_VALUE: Message = { name: [1, 'text'], value: [2, 'text'], forceString: [3, 'switch'] }
const JSONNET_VALUE: Message = { name: [1, 'text'], value: [2, 'text'], code: [3, 'switch'] }

/** Of an Application's source, what the layouts say. Source: Argo CD `pkg/apis/application/v1alpha1/generated.proto`. */
const SOURCE: Message = {
  repoURL: [1, 'text'],
  path: [2, 'text'],
  targetRevision: [4, 'text'],
  helm: [
    7,
    {
      valueFiles: [1, 'text'],
      parameters: [2, NAMED_VALUE],
      releaseName: [3, 'text'],
      values: [4, 'text'],
      fileParameters: [5, { name: [1, 'text'], path: [2, 'text'] }],
      ignoreMissingValueFiles: [8, 'switch'],
      skipCrds: [9, 'switch'],
      valuesObject: [10, 'json'],
    },
  ],
  kustomize: [
    8,
    {
      namePrefix: [1, 'text'],
      images: [3, 'text'],
      patches: [12, { path: [1, 'text'], patch: [2, 'text'] }],
      components: [13, 'text'],
      ignoreMissingComponents: [17, 'switch'],
    },
  ],
  directory: [
    10,
    {
      recurse: [1, 'switch'],
      jsonnet: [2, { extVars: [1, JSONNET_VALUE], tlas: [2, JSONNET_VALUE], libs: [3, 'text'] }],
      exclude: [3, 'text'],
      include: [4, 'text'],
      disableExtensionFilter: [5, 'switch'],
    },
  ],
  ref: [13, 'text'],
}

/** Source: Argo CD `reposerver/repository/repository.proto`. */
const REQUEST: Message = {
  repo: [1, REPOSITORY],
  revision: [2, 'text'],
  noCache: [3, 'switch'],
  appName: [5, 'text'],
  namespace: [8, 'text'],
  applicationSource: [10, SOURCE],
  kustomizeOptions: [13, { buildOptions: [1, 'text'] }],
  kubeVersion: [14, 'text'],
  hasMultipleSources: [22, 'switch'],
  refSources: [23, { key: [1, 'text'], value: [2, { repo: [1, REPOSITORY], targetRevision: [2, 'text'] }] }],
  projectSourceRepos: [24, 'text'],
  projectName: [25, 'text'],
}

const BYTES = 2
const NUMBER = 0

/** What Argo CD's repo server is asked for manifests with. @throws Error for a field that is not in the table above */
export function manifestRequest(request: Readonly<Record<string, unknown>>): Buffer {
  return write(REQUEST, request)
}

/** `manifests` and `sourceType` of the answer. */
export function readManifests(answer: Buffer): { manifests: readonly string[]; sourceType: string } {
  const texts: { field: number; text: string }[] = []
  for (let at = 0; at < answer.length;) {
    const [key, afterKey] = readNumber(answer, at)
    const [size, start] = readNumber(answer, afterKey)
    const isText = (key & 7) === BYTES
    at = isText ? start + size : start
    if (isText) texts.push({ field: key >>> 3, text: answer.toString('utf8', start, at) })
  }
  const of = (field: number): string[] => texts.flatMap((one) => (one.field === field ? one.text : []))
  return { manifests: of(1), sourceType: of(6)[0] ?? '' }
}

function write(message: Message, value: object): Buffer {
  return Buffer.concat(
    Object.entries(value).flatMap(([name, given]) => {
      const [number, type] = message[name] ?? []
      if (number === undefined || type === undefined)
        throw new Error(`no layout may say ${name}: messages.ts does not know how to pass it on`)
      return (Array.isArray(given) ? (given as unknown[]) : [given]).map((one) => {
        if (type === 'switch') return Buffer.concat([asNumber((number << 3) | NUMBER), asNumber(one === true ? 1 : 0)])
        return block(number, bytesOf(type, one))
      })
    }),
  )
}

function bytesOf(type: 'text' | 'json' | Message, value: unknown): Buffer {
  if (type === 'text') return Buffer.from(String(value))
  return type === 'json' ? block(1, Buffer.from(JSON.stringify(value))) : write(type, value as object)
}

function block(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([asNumber((number << 3) | BYTES), asNumber(bytes.length), bytes])
}

function asNumber(value: number): Buffer {
  const bytes: number[] = []
  for (let left = value; ; left >>>= 7) {
    if (left < 128) return Buffer.from([...bytes, left])
    bytes.push((left & 127) | 128)
  }
}

function readNumber(bytes: Buffer, from: number): [value: number, end: number] {
  let value = 0
  for (let at = from, shift = 0; ; at += 1, shift += 7) {
    const byte = bytes[at] ?? 0
    value |= (byte & 127) << shift
    if (byte < 128) return [value, at + 1]
  }
}

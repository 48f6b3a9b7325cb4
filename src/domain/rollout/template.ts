import type { Sealed } from '../sealed.ts'
import { compareFields, type Differences } from './compare-fields.ts'
import { HASH_LABEL, isFields, own, POD_TEMPLATE, type Fields } from './template-shape.ts'

/** The pod template that runs: of a ReplicaSet, with what the Rollouts controller says it has put into it for the time being. */
export interface LiveTemplate {
  readonly template: Sealed
  /** The ReplicaSet's annotation `rollout.argoproj.io/ephemeral-metadata`, as it is. */
  readonly ephemeralMetadata: string | undefined
}

/**
 * `equal`: what was rendered is what runs. `reordered`: but environment or containers stand in another order, which can only matter to who
 * has one that fits better. `differs`: in these fields. `unclear`: too large to be told.
 */
export type TemplateMatch =
  | { readonly result: 'equal'; readonly reordered: boolean }
  | { readonly result: 'differs'; readonly paths: readonly string[]; readonly complete: boolean }
  | { readonly result: 'unclear' }

const SHOWN_PATHS = 20

/** Labels that are in no manifest: the controller's own, and Argo CD's of old on the workloads that it applies. */
const ADDED_LABELS: ReadonlySet<string> = new Set([HASH_LABEL, 'applications.argoproj.io/app-name'])

/**
 * Whether a rendered pod template is the one that runs. Allowed are what the API server adds by default, the controller's labels, its
 * anti-affinity and its ephemeral metadata; quantities and ports are compared by value. Anything else that only one of them has is a
 * difference, in either direction: what a commit took out still runs.
 */
export function matchTemplate(rendered: Sealed, live: LiveTemplate): TemplateMatch {
  const differences = templateDifferences(rendered, live)
  if (!differences) return { result: 'unclear' }
  const { paths, complete, reordered } = differences
  if (paths.length === 0) return { result: 'equal', reordered }
  return { result: 'differs', paths: paths.slice(0, SHOWN_PATHS), complete: complete && paths.length <= SHOWN_PATHS }
}

function templateDifferences(rendered: Sealed, live: LiveTemplate): Differences | undefined {
  const ephemeral = readEphemeral(live.ephemeralMetadata)
  return compareFields(rendered.open(), live.template.open(), {
    shape: POD_TEMPLATE,
    withDefaults: true,
    mayAdd: (path, name, value) => {
      // The whole map is missing where all of it was added.
      if (path === 'metadata' && (name === 'labels' || name === 'annotations') && isFields(value))
        return Object.entries(value).every(([key, text]) => isAdded(ephemeral, name, key, text))
      return path.startsWith('metadata.') && isAdded(ephemeral, path.slice('metadata.'.length), name, value)
    },
  })
}

function isAdded(ephemeral: Fields, map: string, name: string, value: unknown): boolean {
  if (map === 'labels' && ADDED_LABELS.has(name)) return true
  const added = own(ephemeral, map)
  return typeof value === 'string' && isFields(added) && own(added, name) === value
}

function readEphemeral(text: string | undefined): Fields {
  if (text === undefined || text.length > 65_536) return {}
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : {}
  } catch {
    return {}
  }
}

/** Where the Rollouts controller says that it has put something into a template for the time being. */
export function ephemeralPaths({ ephemeralMetadata }: LiveTemplate): readonly string[] {
  const ephemeral = readEphemeral(ephemeralMetadata)
  return ['labels', 'annotations'].flatMap((map) => {
    const added = own(ephemeral, map)
    return isFields(added) ? Object.keys(added).map((name) => `metadata.${map}.${name}`) : []
  })
}

/** One version: what a commit renders and what runs. */
export interface Version {
  readonly rendered: Sealed
  readonly live: LiveTemplate
}

/**
 * Whether two versions differ from what was rendered in the same fields alone, and these are the same in both: then something rewrites
 * templates on the way in (a webhook adds a container), and the two commits render the two versions all the same. A field that is rewritten
 * and changed between them as well proves nothing, but for an image that is written anew in the same way in both (a mirror's name before
 * it, a digest behind it), and that the two commits name with a difference.
 */
export function isRewrittenAlike(before: Version, after: Version): boolean {
  const rewritten = [before, after].map(({ rendered, live }) => templateDifferences(rendered, live))
  const live = compareAsTheyAre(before.live.template, after.live.template)
  const rendered = compareAsTheyAre(before.rendered, after.rendered)
  const all = [...rewritten, live, rendered]
  if (!all.every((one) => one?.complete === true)) return false
  const [first = [], second = [], changedLive = [], changedRendered = []] = all.map((one) => one?.paths ?? [])
  if (first.length !== second.length || first.some((path) => !second.includes(path))) return false
  const isChanged = (path: string): boolean => [...changedLive, ...changedRendered].some((changed) => overlap(path, changed))
  return first.every((path) => !isChanged(path) || isImageRewrittenAlike(path, before, after))
}

function isImageRewrittenAlike(path: string, before: Version, after: Version): boolean {
  const [wasRendered, isRendered] = [imageAt(before.rendered, path), imageAt(after.rendered, path)]
  const was = rewriteOf(wasRendered, imageAt(before.live.template, path))
  const is = rewriteOf(isRendered, imageAt(after.live.template, path))
  // Of one image in both commits, what runs may have become another one without any of them.
  return was !== undefined && was === is && wasRendered !== isRendered
}

/** What was put before an image, or `@` for a digest behind it; undefined where it was written anew in another way. */
function rewriteOf(rendered: string | undefined, live: string | undefined): string | undefined {
  if (rendered === undefined || live === undefined) return undefined
  if (!rendered.includes('@') && live.startsWith(`${rendered}@sha256:`)) return '@'
  return live.endsWith(`/${rendered}`) ? live.slice(0, -rendered.length) : undefined
}

function imageAt(template: Sealed, path: string): string | undefined {
  const [, list = '', name] = /^spec\.(containers|initContainers)\[([^\][]+)\]\.image$/.exec(path) ?? []
  const value = template.open()
  const spec = isFields(value) ? own(value, 'spec') : undefined
  const containers = isFields(spec) ? own(spec, list) : undefined
  const found = Array.isArray(containers) ? containers.filter((one) => isFields(one) && own(one, 'name') === name) : []
  const [container] = found.length === 1 ? found : []
  const image: unknown = isFields(container) ? own(container, 'image') : undefined
  return typeof image === 'string' ? image : undefined
}

/**
 * The fields in which a rendered template is not the one that runs, where it is that version but for these: none of them differs between
 * the two versions. Undefined where it is something else, or that cannot be told.
 */
export function rewrittenFields(rendered: Sealed, live: LiveTemplate, other: LiveTemplate): readonly string[] | undefined {
  const rewritten = templateDifferences(rendered, live)
  const changed = compareAsTheyAre(other.template, live.template)
  if (!rewritten?.complete || !changed?.complete) return undefined
  return rewritten.paths.some((path) => changed.paths.some((one) => overlap(path, one))) ? undefined : rewritten.paths.toSorted()
}

function overlap(a: string, b: string): boolean {
  return a === b || b.startsWith(`${a}.`) || b.startsWith(`${a}[`) || a.startsWith(`${b}.`) || a.startsWith(`${b}[`)
}

/** Whether two rendered templates are the same, whatever becomes of them on the way in. */
export function isRenderedAlike(one: Sealed, other: Sealed): boolean {
  const differences = compareAsTheyAre(one, other)
  return differences?.complete === true && differences.paths.length === 0 && !differences.reordered
}

function compareAsTheyAre(before: Sealed, after: Sealed): Differences | undefined {
  return compareFields(before.open(), after.open(), { shape: POD_TEMPLATE, withDefaults: false, mayAdd: () => false })
}

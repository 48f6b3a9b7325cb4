import path from 'node:path'
import type { Layer, Stack } from './layer.ts'
import { LAYERS } from './table.ts'

/** One import as it stands in a file. */
export interface Import {
  /** Path of the importing file from the project's root, with `/`. */
  readonly file: string
  /** What stands in the quotes. */
  readonly specifier: string
  /** It brings types only, so nothing of it runs. */
  readonly typesOnly: boolean
}

/** The row of a file: the one with the longest folder that holds it; none outside the service. */
export function layerOf(file: string, layers: readonly Layer[] = LAYERS): Layer | undefined {
  return layers.filter(({ folder }) => within(file, folder)).sort((a, b) => b.folder.length - a.folder.length)[0]
}

/** Why an import is refused, in words for the one who wrote it; null when the table allows it. */
export function refusal({ file, specifier, typesOnly }: Import, layers: readonly Layer[] = LAYERS): string | null {
  const layer = layerOf(file, layers)
  if (layer === undefined) return file.startsWith('src/') ? `${file} is in no room: tools/layers/table.ts names every folder of src` : null
  const allowed = [...layer.imports, ...(layer.beyond ?? []).filter((more) => within(file, more.file)).flatMap((more) => more.imports)]
  if (!specifier.startsWith('.'))
    return layer.packages.includes(packageOf(specifier)) ? null : told(layer, packageOf(specifier), layer.packages)
  const target = path.posix.join(path.posix.dirname(file), specifier)
  if (layerOf(target, layers) === layer) return upwards(layer, file, target)
  if (allowed.some((folder) => within(target, folder))) return null
  if (typesOnly && (layer.types ?? []).some((folder) => within(target, folder))) return null
  return told(layer, target, [...allowed, ...(layer.types ?? []).map((folder) => `types of ${folder}`)])
}

/** Why an import within a row is refused: it leads up a stack, or from or into what no stack names. */
function upwards({ stacks = [] }: Layer, file: string, target: string): string | null {
  for (const stack of stacks.filter(({ folder }) => within(file, folder) && within(target, folder))) {
    const rooms = Object.keys(stack.rooms)
    const [own, other] = [roomIn(stack, file), roomIn(stack, target)]
    const unknown = [own, other].find((room) => !rooms.includes(room))
    if (unknown !== undefined) return `${stack.folder}/${unknown} has no place in its stack (tools/layers/table.ts)`
    if (rooms.indexOf(other) < rooms.indexOf(own))
      return `${stack.folder}/${own} stands below ${other}, and may not import ${target} (tools/layers/table.ts)`
  }
  return null
}

function roomIn({ folder }: Stack, file: string): string {
  return file.slice(folder.length + 1).split('/', 1)[0] ?? ''
}

function told(layer: Layer, target: string, allowed: readonly string[]): string {
  return `${layer.folder} may not import ${target}; it may import ${allowed.join(', ') || 'nothing'} (tools/layers/table.ts)`
}

function within(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`)
}

/** `@octokit/rest/dist/x` -> `@octokit/rest`, `zod/v4` -> `zod`; Node's modules keep their whole name. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Layer } from '../../tools/layers/layer.ts'
import { layerOf } from '../../tools/layers/may-import.ts'
import { withLayers } from '../../tools/layers/page.ts'
import { LAYERS } from '../../tools/layers/table.ts'
import { lintPlanted, type Finding } from './planted-lint.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const STACKS = LAYERS.flatMap(({ stacks = [] }) => stacks)
const PACKAGES = [...new Set(LAYERS.flatMap((layer) => layer.packages)), 'left-pad', 'node:vm']
const isFile = (folder: string): boolean => folder.endsWith('.ts')
/** Where a room has rooms of its own, the uppermost of them. */
const homeIn = (folder: string): string => {
  const top = STACKS.filter((stack) => stack.folder === folder).flatMap(({ rooms }) => Object.keys(rooms))[0]
  return top === undefined ? folder : `${folder}/${top}`
}
const plantedIn = (folder: string): string => (isFile(folder) ? folder : `${folder}/planted.ts`)
/** A file of a room, deep enough to have a folder above it that is the room's own. */
const fileIn = (layer: Layer): string => (isFile(layer.folder) ? layer.folder : `${homeIn(layer.folder)}/planted/wrong.ts`)
const importOf = (from: string, to: string): string => posix.relative(posix.dirname(from), to).replace(/^(?!\.)/, './')
const covers = (allowed: readonly string[], folder: string): boolean =>
  allowed.some((one) => folder === one || folder.startsWith(`${one}/`))

/** All that a room may not import, one import a line: another room, a sub-folder of it, a package. */
function wrongImports(layer: Layer): readonly string[] {
  const others = LAYERS.filter(({ folder }) => folder !== layer.folder && !covers(layer.imports, folder))
  const rooms = others.flatMap((other) =>
    isFile(other.folder) ? [other.folder] : [`${other.folder}/x.ts`, `${other.folder}/deep/er/x.ts`],
  )
  const outside = ['test/x.ts', 'tools/x.ts', 'package.json', 'src/nowhere/x.ts']
  return [
    ...[...rooms, ...outside].map((target) => importOf(fileIn(layer), target)),
    ...PACKAGES.filter((name) => !layer.packages.includes(name)).flatMap((name) => [
      name,
      ...(name.startsWith('node:') ? [] : [`${name}/deep`]),
    ]),
  ]
}

/** What it may: each room of its row, a sub-folder of it, its own neighbours, its packages. */
function rightImports(layer: Layer): readonly string[] {
  const rooms = layer.imports.flatMap((folder) => (isFile(folder) ? [folder] : [`${folder}/x.ts`, `${folder}/deep/er/x.ts`]))
  const own = isFile(layer.folder) ? [] : [`${homeIn(layer.folder)}/x.ts`, `${homeIn(layer.folder)}/planted/beside/x.ts`]
  return [...[...rooms, ...own].map((target) => importOf(fileIn(layer), target)), ...layer.packages]
}

const code = (imports: readonly string[]): string => imports.map((name, index) => `export { x as x${index} } from '${name}'\n`).join('')
const layersOnly = (found: readonly Finding[]): readonly Finding[] => found.filter(({ rule }) => rule === 'kedge(layers)')

describe('the table of layers', () => {
  let wrong: readonly Finding[]
  let right: readonly Finding[]
  beforeAll(async () => {
    wrong = layersOnly(await lintPlanted(Object.fromEntries(LAYERS.map((layer) => [fileIn(layer), code(wrongImports(layer))]))))
    right = layersOnly(await lintPlanted(Object.fromEntries(LAYERS.map((layer) => [fileIn(layer), code(rightImports(layer))]))))
  })

  it.each(LAYERS.map((layer) => [layer.folder, layer] as const))('has the lint refuse each wrong import planted in %s', (_, layer) => {
    const lines = wrong.filter(({ file }) => file === fileIn(layer)).map(({ line }) => line)
    const passed = wrongImports(layer).filter((_, index) => !lines.includes(index + 1))
    expect(passed).toEqual([])
  })

  it('lets every import pass that a row allows, also from and to a sub-folder', () => {
    expect(right).toEqual([])
  })

  it('has the lint refuse a wrong import in every form', async () => {
    const forms = [
      "import '../../http/x.ts'",
      "import { x } from '../../http/x.ts'",
      "import type { X } from '../../http/x.ts'",
      "export * from '../../http/x.ts'",
      "export type { X } from '../../http/x.ts'",
      "const x = await import('../../http/x.ts')",
      'const x = await import(`../../http/x.ts`)',
      "const name = 'x'; const x = await import(name)",
      "type X = import('../../http/x.ts').X",
      "type X = typeof import('../../http/x.ts')",
    ]
    const files = Object.fromEntries(forms.map((form, index) => [`src/domain/planted/form${index}.ts`, `${form}\n`]))
    const found = layersOnly(await lintPlanted(files))
    expect(found.map(({ file }) => file).sort()).toEqual(Object.keys(files).sort())
  })

  it('lets a row import types, and nothing that runs, of a folder that it names for its types', async () => {
    const found = layersOnly(
      await lintPlanted({
        'src/simulator/a.ts':
          "import type { Cause } from '../domain/release/evidence.ts'\nimport { type Release } from '../domain/release/release.ts'\n",
        'src/simulator/b.ts': "import { decide } from '../domain/decision/decision.ts'\nimport '../domain/errors.ts'\n",
      }),
    )
    expect(found.map(({ file, line }) => `${file}:${line}`)).toEqual(['src/simulator/b.ts:1', 'src/simulator/b.ts:2'])
  })

  it('gives what a single file may import to that file alone', async () => {
    const given = LAYERS.flatMap(({ folder, beyond = [] }) =>
      beyond.map((more, index) => ({ ...more, neighbour: `${folder}/planted${index}.ts` })),
    )
    const planted = (from: string, imports: readonly string[]): string =>
      code(imports.map((target) => importOf(from, isFile(target) ? target : `${target}/x.ts`)))
    const files = given.flatMap(({ file, neighbour, imports }) => [
      [file, planted(file, imports)],
      [neighbour, planted(neighbour, imports)],
    ])
    const found = layersOnly(await lintPlanted(Object.fromEntries(files)))
    expect(found.map(({ file }) => file).sort()).toEqual(given.flatMap(({ neighbour, imports }) => imports.map(() => neighbour)).sort())
  })

  it.each(STACKS.map((stack) => [stack.folder, stack] as const))(
    'has the lint refuse what leads up among the rooms of %s',
    async (_, stack) => {
      const rooms = Object.keys(stack.rooms).map((room) => plantedIn(homeIn(`${stack.folder}/${room}`)))
      const files = rooms.map((file) => [file, code(rooms.map((target) => importOf(file, target)))] as const)
      const found = layersOnly(await lintPlanted(Object.fromEntries(files)))
      const upwards = rooms.flatMap((file, index) => rooms.slice(0, index).map((_, above) => `${file}:${above + 1}`))
      expect(found.map(({ file, line }) => `${file}:${line}`).toSorted()).toEqual(upwards.toSorted())
    },
  )

  it('refuses a file that has no place in a stack, and what imports it', async () => {
    const found = layersOnly(
      await lintPlanted({
        'src/http/attic/a.ts': "import { x } from '../request/x.ts'\n",
        'src/http/servers/b.ts': "import { x } from '../attic/a.ts'\n",
      }),
    )
    expect(found.map(({ file }) => file).toSorted()).toEqual(['src/http/attic/a.ts', 'src/http/servers/b.ts'])
  })

  it.each(STACKS.map((stack) => [stack.folder, stack] as const))(
    'has in the stack of %s all that lies there, and nothing else',
    (_, stack) => {
      const there = readdirSync(`${ROOT}/${stack.folder}`)
      expect(Object.keys(stack.rooms).toSorted()).toEqual(there.toSorted())
    },
  )

  it('refuses a file of src that is in no room', async () => {
    const found = layersOnly(await lintPlanted({ 'src/attic/a.ts': "import { x } from '../domain/x.ts'\n" }))
    expect(found).toHaveLength(1)
  })

  it('keeps the rules of the house', () => {
    const row = (folder: string): Layer => LAYERS.find((layer) => layer.folder === folder)!
    expect([row('src/domain').imports, row('src/domain').packages]).toEqual([[], []])
    expect([row('src/ports').imports, row('src/ports').packages]).toEqual([['src/domain'], []])
    expect([row('src/options').imports, row('src/options').packages]).toEqual([['src/domain'], ['zod', 'node:fs']])
    expect(row('src/reconcile').imports).toEqual(['src/domain', 'src/ports'])
    for (const adapter of LAYERS.filter(({ folder }) => /^src\/adapters\/./.test(folder))) {
      // What every ledger writes is one format, and no ledger by itself.
      const chain = /ledgers\/(?!chain)/.test(adapter.folder) ? ['src/adapters/ledgers/chain'] : []
      // One POST to an address is the same for every channel that is one.
      const http = /channels\/(?!http|memory)/.test(adapter.folder) ? ['src/adapters/channels/http'] : []
      // So is a forge, or a server of alerts, that is asked over HTTP.
      const [, kind] = /(forges|alerts)\/(?!http|memory)/.exec(adapter.folder) ?? []
      const asked = kind ? [`src/adapters/${kind}/http`] : []
      // What a key of several vendors looks like is said once.
      const keys = adapter.imports.filter((folder) => folder === 'src/options')
      const expected = ['src/domain', 'src/ports', ...keys, ...chain, ...http, ...asked]
      expect([adapter.folder, adapter.imports]).toEqual([adapter.folder, expected])
      expect([adapter.folder, adapter.beyond ?? []]).toEqual([adapter.folder, []])
    }
    expect([row('src/simulator').imports, row('src/simulator').types]).toEqual([[], ['src/domain']])
    expect(LAYERS.filter(({ imports }) => covers(imports, 'src/adapters')).map(({ folder }) => folder)).toEqual([
      'src/service/real-adapters.ts',
      'src/replay.ts',
    ])
  })

  it('has no circle of rooms', () => {
    const below = (layer: Layer, seen: readonly string[]): void => {
      expect(seen).not.toContain(layer.folder)
      const above = [...layer.imports, ...(layer.beyond ?? []).flatMap(({ imports }) => imports)]
      for (const other of LAYERS.filter(({ folder }) => folder !== layer.folder && covers(above, folder)))
        below(other, [...seen, layer.folder])
    }
    for (const layer of LAYERS) below(layer, [])
  })

  it('has a row for every file of src, and a folder or file for every name in it', () => {
    const files = globSync('src/**/*.ts', { cwd: ROOT })
    expect(files.filter((file) => layerOf(file) === undefined)).toEqual([])
    const names = LAYERS.flatMap(({ folder, imports, types = [], beyond = [] }) => [
      folder,
      ...imports,
      ...types,
      ...beyond.map(({ file }) => file),
    ])
    expect(names.filter((name) => !existsSync(`${ROOT}/${name}`))).toEqual([])
  })

  it('is what docs/architecture.md shows (npm run layers writes it)', () => {
    const page = readFileSync(`${ROOT}/docs/architecture.md`, 'utf8')
    expect(page).toBe(withLayers(page))
  })
})

import type { Layer, Stack } from './layer.ts'
import { LAYERS } from './table.ts'

const BEGIN = '<!-- made from tools/layers/table.ts by `npm run layers`: begin -->'
const END = '<!-- made from tools/layers/table.ts: end -->'

/** The page with the table of layers put in between its two markers; throws when they are not there. */
export function withLayers(page: string, layers: readonly Layer[] = LAYERS): string {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from < 0 || to < from) throw new Error(`the page has no "${BEGIN}" … "${END}"`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${table(layers)}\n\n${page.slice(to)}`
}

function table(layers: readonly Layer[]): string {
  const rows = layers.map((layer) => {
    const name = layer.folder.endsWith('.ts') ? layer.folder : `${layer.folder}/`
    return `| \`${name}\` | ${layer.holds} | ${mayImport(layer)} | ${layer.packages.map(code).join(', ') || '–'} |`
  })
  const more = layers.flatMap((layer) => layer.beyond ?? [])
  return [
    '| folder | what lives there | may import | packages |',
    '|---|---|---|---|',
    ...rows,
    '',
    'Single files that may import more:',
    '',
    ...more.map(({ file, imports, because }) => `- \`${file}\` ${imports.map((folder) => code(short(folder))).join(', ')}: ${because}.`),
    ...layers.flatMap(({ stacks = [] }) => stacks).flatMap(stackTable),
  ].join('\n')
}

function stackTable({ folder, rooms }: Stack): readonly string[] {
  const rows = Object.entries(rooms).map(([room, holds]) => `| \`${room.endsWith('.ts') ? room : `${room}/`}\` | ${holds} |`)
  return ['', `Within \`${folder}/\`, each may import what stands below it:`, '', '| room | what lives there |', '|---|---|', ...rows]
}

function mayImport({ imports, types = [] }: Layer): string {
  const names = [...imports.map((folder) => code(short(folder))), ...types.map((folder) => `types of ${code(short(folder))}`)]
  return names.join(', ') || 'itself'
}

const short = (folder: string): string => folder.replace(/^src\//, '')
const code = (text: string): string => `\`${text}\``

export interface NamedFile {
  readonly name: string
  /** `own`: in Helm's language, which Git does not speak. */
  readonly glob: 'no' | 'plain' | 'own'
}

/** What templates read of the other files of charts (`.Files`). */
export interface UsedFiles {
  /** By name, from the chart's folder. */
  readonly named: readonly NamedFile[]
  /**
   * What they may read besides: `some` where nobody sees what, as in a packed chart; `any` where they work the name out, which spares what
   * is there for people; `all` where they name it, but not within bounds.
   */
  readonly besides: 'none' | 'some' | 'any' | 'all'
}

/** Templates that people write name a handful; each may cost a look at all files of each chart. */
const MOST_NAMED = 500

/**
 * The files that the templates of a chart and of all that it depends on name: `.Files.Get "x"`, `.Files.Glob "x/*"`, and `.Files.Get` of
 * what ranges over such a glob. A template that is included reads the files of the chart that includes it, so all of them count for each
 * chart. With `tpl`, values are templates, too, and those of the Application are not seen here.
 */
export function usedFiles(templates: readonly string[]): UsedFiles {
  const used = templates.map(usedBy)
  const besides = used.map((one) => one.besides)
  const named = new Map(used.flatMap((one) => one.named.map((file) => [`${file.glob} ${file.name}`, file] as const)))
  if (named.size > MOST_NAMED) return { named: [], besides: 'all' }
  return {
    named: [...named.values()],
    besides: besides.includes('any') ? 'any' : besides.includes('some') ? 'some' : 'none',
  }
}

const NAMED = /\.Files ?\. ?(Get|GetBytes|Lines|Glob) (?:"([^"\\]*)"|`([^`]*)`)/g
const BY_VARIABLE = /\.Files ?\. ?(?:Get|GetBytes|Lines) (\$\w{1,99})/g
/** `range $path, $_ := .Files.Glob "x/*"`. */
const RANGED = /range (\$\w{1,99}) ?, ?\$\w{1,99} ?:= ?\(? ?\$?\.Files ?\. ?Glob ["`]/g
const DECLARED = /(\$\w{1,99}) ?(?:,|:=|=)/g

function usedBy(template: string): UsedFiles {
  // One space for many, as the time that patterns take would be their number squared.
  const text = withoutAliases(template.replace(/\s+/g, ' '))
  const named = [...text.matchAll(NAMED)].map(([, how, quoted, raw]) => namedFile(quoted ?? raw ?? '', how === 'Glob'))
  const ranged = countBy(text, RANGED)
  const declared = countBy(text, DECLARED)
  // Of such a glob and of nothing else: it may be another variable further on.
  const again = [...text.matchAll(BY_VARIABLE)].filter(([, name = '']) => ranged.has(name) && ranged.get(name) === declared.get(name))
  const all = text.match(/[."'`]Files\b/g)?.length ?? 0
  // Of a name with a space in it, the number of spaces is lost.
  if (all > named.length + again.length || named.some(({ name }) => name.includes(' '))) return { named, besides: 'any' }
  return { named, besides: /(?<![\w.$])tpl\b/.test(text) ? 'some' : 'none' }
}

/** `$files := .Files`: where that is the one thing that a variable ever is. */
const ALIAS = /\{\{-? ?(\$\w{1,99}) ?:= ?\$?\.Files ?-?\}\}/g
const MOST_ALIASES = 10

function withoutAliases(template: string): string {
  const declared = countBy(template, DECLARED)
  const aliases = [...template.matchAll(ALIAS)].slice(0, MOST_ALIASES).filter(([, name = '']) => declared.get(name) === 1)
  return aliases.reduce((text, [whole, name = '']) => {
    return text.replace(whole, '').replaceAll(new RegExp(`\\${name}\\b`, 'g'), '.Files')
  }, template)
}

/** Helm's globs know braces, and `**` within a name, Git's do not. */
function namedFile(name: string, isGlob: boolean): NamedFile {
  if (!isGlob) return { name, glob: 'no' }
  const isOwn = /[{}\\]|\[!/.test(name) || name.split('/').some((part) => part.includes('**') && part !== '**')
  return { name, glob: isOwn ? 'own' : 'plain' }
}

function countBy(text: string, pattern: RegExp): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [, name = ''] of text.matchAll(pattern)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

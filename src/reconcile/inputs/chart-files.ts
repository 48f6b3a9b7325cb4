export interface NamedFile {
  readonly name: string
  /** `own`: in Helm's language, which Git does not speak. */
  readonly glob: 'no' | 'plain' | 'own'
  /** The name is worked out, and this is what it may be. */
  readonly isWorkedOut?: boolean
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
  const read = templates.map(actionsOf)
  // With `tpl`, what stands between the actions may become a template, where they open some.
  const isAllRead = read.some(({ opensMore }) => opensMore) && read.some(({ text }) => TPL.test(text))
  const used = (isAllRead ? templates : read.map(({ text }) => text)).map(usedBy)
  const besides = used.map((one) => one.besides)
  const named = new Map(used.flatMap((one) => one.named.map((file) => [`${file.glob} ${file.isWorkedOut} ${file.name}`, file] as const)))
  if (named.size > MOST_NAMED) return { named: [], besides: 'all' }
  return {
    named: [...named.values()],
    besides: besides.includes('any') ? 'any' : besides.includes('some') ? 'some' : 'none',
  }
}

const TPL = /(?<![\w.$])tpl\b/

/** Whether a value reads files once `tpl` makes a template of it. */
export function readsFiles(value: string): boolean {
  return actionsOf(value).text.includes('Files')
}

/** All of a template that can read a file: neither its comments can, nor the text between its actions. */
function actionsOf(template: string): { text: string; opensMore: boolean } {
  const actions: string[] = []
  let opensMore = false
  let at = template.indexOf('{{')
  while (at >= 0) {
    const isComment = /^\{\{(?:-\s)?\/\*/.test(template.slice(at, at + 6))
    const end = isComment ? template.indexOf('*/', at + 4) : endOfAction(template, at + 2)
    if (!isComment) {
      const action = template.slice(at, end)
      opensMore ||= action.includes('{{', 2)
      actions.push(action)
    }
    at = end < 0 ? -1 : template.indexOf('{{', end)
  }
  return { text: actions.join(' '), opensMore }
}

/** Texts may hold its closing braces. */
function endOfAction(template: string, start: number): number {
  let quote = ''
  for (let at = start; at < template.length; at += 1) {
    const char = template.charAt(at)
    if (quote !== '') {
      if (char === '\\' && quote !== '`') at += 1
      else if (char === quote) quote = ''
    } else if (char === '"' || char === '`' || char === "'") quote = char
    else if (char === '}' && template[at + 1] === '}') return at + 2
  }
  return template.length
}

const NAMED = /\.Files ?\. ?(Get|GetBytes|Lines|Glob) (?:"([^"\\]*)"|`([^`]*)`)/g
const BY_VARIABLE = /\.Files ?\. ?(?:Get|GetBytes|Lines) (\$\w{1,99})/g
/** `range $path, $_ := .Files.Glob "x/*"`. */
const RANGED = /range (\$\w{1,99}) ?, ?\$\w{1,99} ?:= ?\(? ?\$?\.Files ?\. ?Glob ["`]/g
/** A name that is put together: of `printf`, what is fixed in it is known. */
const PRINTED = /\.Files ?\. ?(?:Get|GetBytes|Lines|Glob) \( ?printf (?:"([^"\\]*)"|`([^`]*)`)/g
/** All that templates are given, gone through, or asked for something by a name that is worked out: it may be the files. */
const ROOT =
  /\brange (?:[^{}"`]{0,200} ?:= ?)?\$ ?-?\}\}|\b(?:index|get|pluck|dig) (?:\$ (?!["`])|\. \()|\b(?:pluck|dig) [^{}]{0,200} \$(?![\w.])/
const DECLARED = /(\$\w{1,99}) ?(?:,|:=|=)/g

function usedBy(template: string): UsedFiles {
  // One space for many, as the time that patterns take would be their number squared.
  const text = withoutAliases(template.replace(/\s+/g, ' '))
  const named = [...text.matchAll(NAMED)].map(([, how, quoted, raw]) => namedFile(quoted ?? raw ?? '', how === 'Glob'))
  const ranged = countBy(text, RANGED)
  const declared = countBy(text, DECLARED)
  // Of such a glob and of nothing else: it may be another variable further on.
  const again = [...text.matchAll(BY_VARIABLE)].filter(([, name = '']) => ranged.has(name) && ranged.get(name) === declared.get(name))
  const printed = [...text.matchAll(PRINTED)].flatMap(([, quoted, raw]) => printedFile(quoted ?? raw ?? ''))
  const all = [...text.matchAll(/[."'`]Files\b/g)].length
  const isAny = all > named.length + again.length + printed.length || ROOT.test(text)
  // Of a name with a space in it, the number of spaces is lost.
  if (isAny || named.some(({ name }) => name.includes(' '))) return { named, besides: 'any' }
  return { named: [...named, ...printed], besides: TPL.test(text) ? 'some' : 'none' }
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

/** What `printf` may make of a text, `**` for whatever it is given; nothing where nothing in it is fixed, or it is no plain name. */
function printedFile(format: string): readonly NamedFile[] {
  const name = format.replace(/%%|%[^a-zA-Z%]*[a-zA-Z]/g, (verb) => (verb === '%%' ? '%' : '**'))
  return /[?[\]{}\\ ]/.test(name) || /^\**$/.test(name) ? [] : [{ name, glob: 'own', isWorkedOut: true }]
}

function countBy(text: string, pattern: RegExp): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [, name = ''] of text.matchAll(pattern)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

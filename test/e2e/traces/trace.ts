import { posix } from 'node:path'

/** One opening of a file: by which name, and what it was. Both absolute. */
export interface Opening {
  readonly asked: string
  readonly real: string
}

/** Arguments of strace for {@link readOpenings}: paths of descriptors written out, no other line than these calls. */
export const STRACE = ['-f', '--seccomp-bpf', '-y', '-qq', '-e', 'trace=openat,execve', '-e', 'signal=none'] as const

const OPENED = /^\s*(\d+)\s+openat\([^<]*<([^>]*)>, "((?:[^"\\]|\\.)*)", (\S+?)(?:, \d+)?\)\s*= \d+<([^>]*)>/
const BEGUN = /^\s*(\d+)\s+(openat\(.*) <unfinished \.\.\.>$/
const ENDED = /^\s*(\d+)\s+<\.\.\. openat resumed>(.*)$/
const STARTED = /^\s*(\d+)\s+execve\("([^"]*)"/

/** What was opened to be read, but by Git itself, which writes the files that are then read. */
export function readOpenings(trace: string): readonly Opening[] {
  const programs = new Map<string, string>()
  const found: Opening[] = []
  for (const line of wholeLines(trace)) {
    const [, starting = '', program] = STARTED.exec(line) ?? []
    if (program !== undefined) programs.set(starting, posix.basename(program))
    const [, pid = '', folder = '', name = '', flags = '', real] = OPENED.exec(line) ?? []
    const isGit = programs.get(pid)?.startsWith('git') === true
    if (real !== undefined && flags.startsWith('O_RDONLY') && !isGit) found.push({ asked: posix.resolve(folder, name), real })
  }
  return found
}

/** Calls that others came in between stand in two lines. */
function wholeLines(trace: string): readonly string[] {
  const begun = new Map<string, string>()
  return trace.split('\n').map((line) => {
    const [, waiting = '', start] = BEGUN.exec(line) ?? []
    if (start !== undefined) begun.set(waiting, start)
    const [, resuming = '', rest] = ENDED.exec(line) ?? []
    return rest === undefined ? line : `${resuming} ${begun.get(resuming) ?? ''}${rest}`
  })
}

/** Of a checkout's files, those that were opened, and the links on the way to them. Paths are relative to it; `links` with targets. */
export function openedIn(
  root: string,
  openings: readonly Opening[],
  { files, links }: { files: ReadonlySet<string>; links: ReadonlyMap<string, string> },
): ReadonlySet<string> {
  const opened = new Set<string>()
  for (const { asked, real } of openings) {
    const path = posix.relative(root, real)
    if (!files.has(path)) continue
    opened.add(path)
    for (const link of linksOn(posix.relative(root, asked), links)) opened.add(link)
  }
  return opened
}

/** The links that a path leads through, to the end. */
function linksOn(path: string, links: ReadonlyMap<string, string>, depth = 0): readonly string[] {
  const parts = path.split('/')
  for (let end = 1; end <= parts.length && depth < 20; end += 1) {
    const link = parts.slice(0, end).join('/')
    const target = links.get(link)
    if (target === undefined) continue
    return [link, ...linksOn(posix.join(posix.dirname(link), target, ...parts.slice(end)), links, depth + 1)]
  }
  return []
}

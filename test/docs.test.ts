import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../src/domain/errors.ts'
import { DEFAULT_PR_CAUSES } from '../src/domain/policy/policy.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'test/e2e/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const headings = (text: string): string[] => [...text.matchAll(/^##+ (.+)$/gm)].map((match) => match[1] ?? '')

describe('the documentation', () => {
  it.each(Object.keys(ERRORS))('has a heading in the runbook for %s', (code) => {
    expect(headings(read('docs/runbook.md'))).toContain(code)
  })

  it('has no runbook heading for a code that is gone', () => {
    const codes = headings(read('docs/runbook.md')).filter((heading) => heading.startsWith('E_'))
    expect(codes.filter((code) => !(code in ERRORS))).toEqual([])
  })

  it.each(pages)('links from %s only to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !/^[a-z]+:/.test(link))
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
  })

  it.each(pages)('names in %s only files and folders of the project that are there', (page) => {
    const named = [...read(page).matchAll(/`((?:src|test|tools|bench|docs|charts|deploy|lua-health)\/[^`\s]*)`/g)].map(
      (match) => match[1] ?? '',
    )
    expect(named.filter((path) => !/[*<>A-Z]{2,}|[*<>]/.test(path) && !existsSync(join(root, path)))).toEqual([])
  })

  it.each(pages)('has in %s no line wider than 140 characters, but for tables and what programs print', (page) => {
    const prose = read(page).replace(/^```[\s\S]*?^```/gm, '')
    expect(prose.split('\n').filter((line) => line.length > 140 && !/^(?:\s*|> )\|/.test(line))).toEqual([])
  })

  it('quotes of tests only titles that they have', () => {
    const [page, cells] = ['docs/what-goes-back.md', /\[[\w-]+\]\(\.\.\/(test\/[^)]+\.ts)\) “([^”]+)”/g]
    const quoted = [...read(page).matchAll(cells)].map(([, file = '', title = '']) => ({ file, title }))
    expect(quoted.length).toBeGreaterThan(30)
    expect(quoted.filter(({ file, title }) => !read(file).replaceAll("\\'", "'").includes(title))).toEqual([])
  })

  it('has a line for every decision', () => {
    const decisions = readdirSync(join(root, 'docs/decisions')).filter((name) => name !== 'README.md')
    expect(decisions.filter((name) => !read('docs/decisions/README.md').includes(`](${name})`))).toEqual([])
  })

  it.each(pages)('names in %s only npm scripts that exist', (page) => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts)
    const named = [...read(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map((match) => match[1] ?? '')
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })

  it('says in the glossary which causes open a PR', () => {
    const rows = [...read('docs/glossary.md').matchAll(/^\| `([a-z-]+)`[^|]*\| (yes|no)[^|]*\|$/gm)]
    expect(rows.filter((row) => row[2] === 'yes').map((row) => row[1])).toEqual([...DEFAULT_PR_CAUSES])
  })

  it('names every room of src in the architecture page', () => {
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
    expect(rooms.filter((room) => !read('docs/architecture.md').includes(`src/${room}/`))).toEqual([])
  })

  it('speaks of no machine and no workplace', () => {
    for (const page of pages) expect(read(page)).not.toMatch(/\/work\/|\/tmp\/|\/root\//)
  })
})

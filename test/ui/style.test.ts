import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { STYLE_PARTS } from '../../src/ui/style.ts'
import { startService } from '../http/service.ts'

// The style in parts: each concept once, and nothing that no page wears.

const UI = new URL('../../src/ui/', import.meta.url)
const FOLDER = new URL('assets/style/', UI)

interface Rule {
  part: string
  /** The condition around it; empty without one. */
  media: string
  selectors: readonly string[]
}

/** Every rule of a part, without what is inside of `@keyframes`. */
function rulesOf(part: string): readonly Rule[] {
  const text = readFileSync(new URL(`${part}.css`, FOLDER), 'utf8').replaceAll(/\/\*.*?\*\//gs, '')
  const rules: Rule[] = []
  const around: string[] = []
  for (const [brace, head = ''] of text.matchAll(/([^{}]*)\{|\}/g)) {
    if (brace === '}') around.pop()
    else {
      const media = around.find((one) => one.startsWith('@')) ?? ''
      const words = head
        .slice(head.lastIndexOf(';') + 1)
        .trim()
        .replaceAll(/\s+/g, ' ')
      if (!words.startsWith('@') && !media.startsWith('@keyframes')) rules.push({ part, media, selectors: words.split(', ') })
      around.push(words)
    }
  }
  return rules
}

const RULES = STYLE_PARTS.flatMap(rulesOf)

/** What pages write into `class`, each as an expression: what is put in while they are made may be anything. */
function worn(): readonly RegExp[] {
  const files = readdirSync(UI).filter((name) => name.endsWith('.ts'))
  const texts = files.map((name) => readFileSync(new URL(name, UI), 'utf8'))
  // An icon is told what it wears.
  const icons = texts.flatMap((text) => [...text.matchAll(/\bicon\(\s*['`]([^'`]*)['`]/g)].map(([, value = '']) => value))
  const attributes = texts.flatMap((text) => [...text.matchAll(/class="((?:[^"$]|\$\{[^}]*\})*)"/g)].map(([, value = '']) => value))
  const words = [...icons, ...attributes].flatMap((value) => {
    const chosen = [...value.matchAll(/'([\w -]+)'|(?:&& html`)([\w -]+)`/g)].flatMap(([, one, other]) => (one ?? other ?? '').split(' '))
    return [...value.replaceAll(/\$\{[^}]*\}/g, '\u0000').split(' '), ...chosen]
  })
  return [...new Set(words)]
    .filter((word) => word !== '' && word !== '\u0000')
    .map(
      (word) =>
        new RegExp(
          `^${word
            .split('\u0000')
            .map((part) => part.replaceAll(/\W/g, '\\$&'))
            .join('[\\w-]+')}$`,
        ),
    )
}

describe('the style', () => {
  test('is the parts that are in its folder, and each is there', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(STYLE_PARTS.map((part) => `${part}.css`).toSorted())
  })

  test('is one answer, of all parts in their order', async () => {
    await using service = await startService()
    const answer = await fetch(`${service.servers.api.url}/assets/kedge.css`)
    expect(answer.headers.get('content-type')).toContain('text/css')
    expect(await answer.text()).toBe(STYLE_PARTS.map((part) => readFileSync(new URL(`${part}.css`, FOLDER), 'utf8')).join(''))
  })

  test('has no rule twice', () => {
    const heads = RULES.map(({ media, selectors }) => `${media} ${selectors.toSorted().join(', ')}`)
    expect(heads.filter((head, at) => heads.indexOf(head) !== at)).toEqual([])
  })

  test('has a concept in one part: what is said of a thing alone stands together', () => {
    const alone = RULES.filter(({ media, selectors }) => media === '' && selectors.every((one) => /^\.[\w-]+$/.test(one)))
    const parts = Map.groupBy(
      alone.flatMap(({ part, selectors }) => selectors.map((selector) => ({ part, selector }))),
      ({ selector }) => selector,
    )
    expect([...parts].filter(([, rules]) => new Set(rules.map(({ part }) => part)).size > 1).map(([selector]) => selector)).toEqual([])
  })

  test('says nothing of a class that no page wears', () => {
    const wears = worn()
    const classes = new Set(
      RULES.flatMap(({ selectors }) => selectors.flatMap((one) => [...one.matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name!))),
    )
    expect(classes.size).toBeGreaterThan(60)
    expect([...classes].filter((name) => !wears.some((one) => one.test(name)))).toEqual([])
  })

  test('has no part of more lines than a file may have', () => {
    for (const part of STYLE_PARTS) expect(readFileSync(new URL(`${part}.css`, FOLDER), 'utf8').split('\n').length).toBeLessThanOrEqual(251)
  })
})

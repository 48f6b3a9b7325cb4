import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { copiedFrom, readDockerfile, ROOT } from './dockerfile.ts'

const instructions = readDockerfile()
const last = instructions.filter(({ stage }) => stage === Math.max(...instructions.map((each) => each.stage)))
const the = (name: string): string[] => last.filter((each) => each.name === name).map(({ rest }) => rest)

it('the image runs as the user that the chart names, and never as root', () => {
  expect(the('USER')).toEqual(['65532:65532'])
  expect(last.map(({ name }) => name).indexOf('USER')).toBeGreaterThan(last.map(({ name }) => name).lastIndexOf('RUN'))
  expect(readFileSync(`${ROOT}charts/kedge/values.yaml`, 'utf8')).toContain('runAsUser: 65532')
})

it('the image has git, and of the program only what the first stage made', () => {
  expect(the('RUN').join()).toContain('install --yes --no-install-recommends git')
  expect(the('COPY').filter((rest) => !rest.includes('--from=build'))).toEqual(['LICENSE /app/LICENSE'])
})

it('the image needs nothing that its context leaves out, and takes in nothing by address', () => {
  const ignore = readFileSync(`${ROOT}.dockerignore`, 'utf8').split('\n')
  const sources = instructions.flatMap((each) => copiedFrom(each).sources)
  expect(sources.filter((source) => !existsSync(ROOT + source) || !ignore.includes(`!${source}`))).toEqual([])
  expect(instructions.filter(({ name, rest }) => name === 'ADD' || /\b(?:curl|wget)\b/.test(rest))).toEqual([])
})

it('the image starts the service without a shell, so that it gets SIGTERM itself', () => {
  expect([the('ENTRYPOINT'), the('CMD')]).toEqual([['["node", "/app/dist/src/main.js"]'], ['["serve"]']])
})

it('the image opens the ports of the chart', () => {
  expect(the('EXPOSE')).toEqual(['8484 8485'])
})

it('the image links `kedge` to the program, which says by which interpreter it is run', () => {
  expect(the('RUN').join()).toContain('ln -s /app/dist/src/main.js /usr/local/bin/kedge')
  expect(readFileSync(`${ROOT}src/main.ts`, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})

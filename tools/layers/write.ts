import { readFileSync, writeFileSync } from 'node:fs'
import { withLayers } from './page.ts'

const page = new URL('../../docs/architecture.md', import.meta.url)
writeFileSync(page, withLayers(readFileSync(page, 'utf8')))

import type { Response } from 'express'
import { html, type Html } from '../../ui/html.ts'
import { renderPage } from '../../ui/layout.ts'
import type { ReadOptions } from '../request/options.ts'

/** Answers with a page. */
export interface Show {
  page(response: Response, title: string, body: Html, status?: number): Promise<void>
  absent(response: Response, what: string): Promise<void>
  /** What was asked means nothing: that is said, never something else shown. */
  fault(response: Response, fault: string): Promise<void>
}

/** Pages with what all of them have. */
export function createShow({ clock, store, leaders }: ReadOptions): Show {
  const page: Show['page'] = async (response, title, body, status = 200) => {
    const ledgerHead = status === 200 ? await store.head() : undefined
    const known = { title, body, now: clock.now(), ledgerHead, leaders: leaders?.() ?? [] }
    response.status(status).type('html').send(renderPage(known))
  }
  const dead = (what: string, more: string): Html =>
    html`<h1 class="headline"><span>${what}</span></h1>
      ${more && html`<p class="lead">${more}</p>`}
      <p class="empty"><a href="/">Back to the board</a></p>`
  return {
    page,
    absent: (response, what) => page(response, what, dead(what, ''), 404),
    fault: (response, fault) => page(response, 'That cannot be asked', dead('That cannot be asked', `${fault}.`), 400),
  }
}

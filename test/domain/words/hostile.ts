import fc from 'fast-check'

/** Texts made of what mark-up is made of, and of anything at all. */
export const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(
        '@team',
        '@org/team',
        'closes #1',
        'Fixes owner/repo#2',
        'GH-3',
        '<!-- x -->',
        '<img src=x onerror=y>',
        '</details>',
        '|',
        '\\',
        '`',
        '```',
        '~~~',
        '\n',
        '\r\n',
        '\u2028',
        '[x](javascript:y)',
        '![x](http://t/p.gif)',
        'https://evil',
        'www.evil.example',
        '<!channel>',
        '**',
        '_',
        '# h',
        '- x',
        '1. x',
        '&lt;',
        '&#64;',
        '\u202e',
        '\u200b',
        '\0',
        '$x$',
        'a@b.c',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join(' ')),
  fc
    .array(fc.constantFrom('\\', '|', '`', '@', '#', '<', '&', '*', '[', ']', '(', ')', 'a', ' '), { maxLength: 20 })
    .map((parts) => parts.join('')),
)

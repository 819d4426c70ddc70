/** The crescent of the console, as a file for the browser's tab. */
export const CONSOLE_ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#2f7f6e" d="M17 19.5A10 10 0 1 1 12.8 2A8.4 8.4 0 0 0 17 19.5z"/></svg>'

// Package page opens the pages that xdynamo writes in a browser without a window: it is a
// module of its own, so that nobody else needs what drives one.
package page

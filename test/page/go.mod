module github.com/crossplane-contrib/function-dynamo/test/page

go 1.26.0

require (
	github.com/chromedp/chromedp v0.16.0
	github.com/crossplane-contrib/function-dynamo v0.0.0
)

replace github.com/crossplane-contrib/function-dynamo => ../..

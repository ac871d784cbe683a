module sendblue-webhook

go 1.25.8

require (
	github.com/pulumi-sendblue/pulumi-sendblue/sdk/go v0.1.0
	github.com/pulumi/pulumi/sdk/v3 v3.231.0
)
